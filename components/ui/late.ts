import { toast } from "./toast.tsx";

/** For a button: fetches its code when the pointer or the focus comes near, in silence, for whoever wants it asks again. */
export function whenNear(load: () => Promise<void>): { onPointerEnter: () => void; onFocus: () => void } {
  const prepare = () => void load().catch(() => {});
  return { onPointerEnter: prepare, onFocus: prepare };
}

/**
 * Fetches code that somebody wants now. Where it could not be had – no network, or a newer version – they are told so.
 *
 * @returns whether it is there
 */
export function bring(load: () => Promise<void>): Promise<boolean> {
  return load().then(
    () => true,
    () => {
      toast.notLoaded();
      return false;
    },
  );
}
