import { ComposerSkeleton } from "../composer/composer-skeleton.tsx";

export default function Loading() {
  return <ComposerSkeleton />;
}
