import { Bell, ChevronDown, ChevronUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { cn } from "#components/ui/cn.ts";
import { clamp, type LookProps } from "./look.ts";
import { SiteIcon } from "./marks.tsx";

/** Android's shade. A picture turns the text into one line (BigPicture); Chrome adds "Unsubscribe" by itself. */
export function AndroidCard({ content, rules, state }: LookProps) {
  const t = useTranslations("preview");
  const open = state === "expanded";
  const pictured = open && Boolean(content.imageUrl);
  const actions = (content.actions ?? []).slice(0, rules.maxActions);
  return (
    <div className="w-full max-w-95 rounded-[24px] bg-[#f3f3fa] px-4 py-3.5 font-[Roboto,Google_Sans_Text,system-ui,sans-serif] text-[14px] leading-5 text-[#1a1b20] shadow-[0_2px_10px_rgb(0_0_0/0.18)] device-dark:bg-[#2a2b31] device-dark:text-[#e4e4ec]">
      <div className="flex items-start gap-3.5">
        <span className="mt-0.5 grid size-6 shrink-0 place-items-center rounded-full bg-[#4a5f92] text-white device-dark:bg-[#aec6ff] device-dark:text-[#172e60]">
          <Bell className="size-3.5" aria-hidden="true" />
        </span>
        <div className="min-w-0 flex-1">
          <p className="flex items-center gap-1 text-xs opacity-75">
            <span className="truncate">{t("androidHeader", { host: content.siteHost })}</span>
          </p>
          <div className="flex items-start gap-3">
            <div className="min-w-0 flex-1 break-words">
              <p className={cn("font-medium", clamp(rules.titleLines[state]))}>{content.title || t("noTitle")}</p>
              <p className={cn("whitespace-pre-line opacity-80", clamp(pictured ? 1 : rules.messageLines[state]))}>
                {content.message}
              </p>
            </div>
            {!pictured && (content.imageUrl || content.iconUrl) && (
              <SiteIcon
                url={open ? content.iconUrl : (content.imageUrl ?? content.iconUrl)}
                host={content.siteHost}
                className="size-10 rounded-[10px]"
              />
            )}
          </div>
        </div>
        <span className="grid size-6 shrink-0 place-items-center rounded-full bg-black/8 device-dark:bg-white/12">
          {open ? (
            <ChevronUp className="size-4" aria-hidden="true" />
          ) : (
            <ChevronDown className="size-4" aria-hidden="true" />
          )}
        </span>
      </div>
      {pictured && content.imageUrl && (
        <img
          src={content.imageUrl}
          alt=""
          referrerPolicy="no-referrer"
          className="mt-3 aspect-2/1 w-full rounded-[16px] object-cover"
        />
      )}
      {open && (
        <div className="mt-3 flex flex-wrap gap-x-6 gap-y-1 ps-9 font-medium text-[#3f5488] device-dark:text-[#aec6ff]">
          {actions.map((action) => (
            <span key={action.title} className="max-w-full truncate">
              {action.title}
            </span>
          ))}
          <span>{t("unsubscribe")}</span>
        </div>
      )}
    </div>
  );
}
