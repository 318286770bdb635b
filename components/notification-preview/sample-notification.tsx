import { NotificationPreview } from "./notification-preview.tsx";

/** What subscribers get, as a picture for a list that holds nothing yet. */
export function SampleNotification({
  title,
  message,
  host = "shop.example",
}: {
  title: string;
  message: string;
  host?: string;
}) {
  return <NotificationPreview platform="macos-chrome" scheme="auto" title={title} message={message} siteHost={host} />;
}
