import { AndroidCard } from "./android-card.tsx";
import { IosBanner } from "./ios-banner.tsx";
import type { LookProps, PreviewState } from "./look.ts";
import { MacosBanner } from "./macos-banner.tsx";
import { ChromeMark, FirefoxMark } from "./marks.tsx";
import { type PlatformId, type PreviewContent, platforms } from "./platforms.ts";
import { WindowsToast } from "./windows-toast.tsx";

export type NotificationPreviewProps = PreviewContent & {
  platform: PlatformId;
  state?: PreviewState;
  /** The device's theme; `auto` follows the dashboard's. */
  scheme?: "light" | "dark" | "auto";
};

/** A notification as one platform shows it, cut where that platform cuts it. */
export function NotificationPreview({
  platform,
  state = "collapsed",
  scheme = "auto",
  ...content
}: NotificationPreviewProps) {
  return (
    <div data-device={scheme} dir="auto" className="flex w-full justify-center">
      <Look platform={platform} content={content} rules={platforms[platform]} state={state} />
    </div>
  );
}

function Look({ platform, ...look }: LookProps & { platform: PlatformId }) {
  switch (platform) {
    case "windows-chrome":
      return <WindowsToast {...look} browser="Google Chrome" mark={<ChromeMark />} />;
    case "windows-firefox":
      return <WindowsToast {...look} browser="Mozilla Firefox" mark={<FirefoxMark />} />;
    case "macos-chrome":
      return <MacosBanner {...look} mark={<ChromeMark />} />;
    case "macos-safari":
      return <MacosBanner {...look} />;
    case "android-chrome":
      return <AndroidCard {...look} />;
    case "ios-safari":
      return <IosBanner {...look} />;
  }
}
