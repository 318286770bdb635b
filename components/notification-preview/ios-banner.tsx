import { useTranslations } from "next-intl";
import { cn } from "#components/ui/cn.ts";
import { clamp, type LookProps } from "./look.ts";
import { SiteIcon } from "./marks.tsx";

/** iOS shows web push for sites on the home screen only, with that app's icon and a "from" line. */
export function IosBanner({ content, rules, state }: LookProps) {
  const t = useTranslations("preview");
  return (
    <div className="w-full max-w-90 rounded-[22px] bg-[#f2f2f7]/85 px-3.5 py-3 font-[-apple-system,BlinkMacSystemFont,SF_Pro_Text,system-ui,sans-serif] text-[15px] leading-5 text-black shadow-[0_4px_20px_rgb(0_0_0/0.15)] backdrop-blur-xl device-dark:bg-[#252528]/85 device-dark:text-white">
      <div className="flex items-start gap-2.5">
        <SiteIcon url={content.iconUrl} host={content.siteHost} className="mt-0.5 size-9.5 rounded-[9px] text-lg" />
        <div className="min-w-0 flex-1 break-words">
          <div className="flex items-baseline gap-2">
            <p className={cn("flex-1 font-semibold", clamp(rules.titleLines[state]))}>
              {content.title || t("noTitle")}
            </p>
            <span className="shrink-0 text-[13px] opacity-70">{t("now")}</span>
          </div>
          <p className="truncate font-semibold">{t("from", { name: content.siteName || content.siteHost })}</p>
          <p className={cn("whitespace-pre-line", clamp(rules.messageLines[state]))}>{content.message}</p>
        </div>
      </div>
    </div>
  );
}
