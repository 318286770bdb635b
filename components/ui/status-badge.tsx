import { useTranslations } from "next-intl";
import { Badge, type Tone } from "./badge.tsx";

/** How each state of a campaign, run, message, subscription or member looks. The words are in the messages under `ui.status`. */
export const statusTones = {
  draft: "neutral",
  scheduled: "info",
  running: "primary",
  paused: "warning",
  completed: "success",
  cancelled: "neutral",
  failed: "danger",
  due: "info",
  missed: "warning",
  queued: "neutral",
  sending: "primary",
  sent: "success",
  delivered: "success",
  clicked: "success",
  dismissed: "neutral",
  expired: "neutral",
  skipped: "neutral",
  unknown: "warning",
  active: "success",
  unsubscribed: "neutral",
  invalid: "danger",
  invited: "info",
  suspended: "warning",
  pending: "warning",
  approved: "success",
  rejected: "danger",
  connected: "success",
  waiting: "neutral",
} as const satisfies Record<string, Tone>;

export type Status = keyof typeof statusTones;

const dots: Record<Tone, string> = {
  neutral: "bg-subtle-foreground",
  primary: "bg-primary",
  success: "bg-success-solid",
  warning: "bg-warning-solid",
  danger: "bg-danger-solid",
  info: "bg-info-solid",
};

/** A state, in a word and a colour. What goes on right now has a pulsing dot. */
export function StatusBadge({ status, className }: { status: Status; className?: string }) {
  const t = useTranslations("ui.status");
  const tone = statusTones[status];
  const live = status === "running" || status === "sending";
  return (
    <Badge
      tone={tone}
      className={className ?? ""}
      icon={
        <span className="relative flex size-1.5" aria-hidden="true">
          {live && <span className="absolute inset-0 animate-ping rounded-full bg-primary opacity-60" />}
          <span className={`size-1.5 rounded-full ${dots[tone]}`} />
        </span>
      }
    >
      {t(status)}
    </Badge>
  );
}
