import { ChevronDown } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { cn } from "#components/ui/cn.ts";
import { clamp, type LookProps } from "./look.ts";
import { SiteIcon } from "./marks.tsx";

/** A macOS banner: Chrome's carries the browser's mark and the site's icon at the end, Safari's the site's icon alone. */
export function MacosBanner({ content, rules, state, mark }: LookProps & { mark?: ReactNode }) {
  const t = useTranslations("preview");
  const open = state === "expanded";
  const actions = (content.actions ?? []).slice(0, rules.maxActions);
  return (
    <div className="relative w-full max-w-86 rounded-[18px] border border-white/40 bg-[#f5f5f7]/90 p-3 font-[-apple-system,BlinkMacSystemFont,SF_Pro_Text,system-ui,sans-serif] text-[13px] leading-4.25 text-[#1d1d1f] shadow-[0_8px_30px_rgb(0_0_0/0.22)] backdrop-blur-xl device-dark:border-white/15 device-dark:bg-[#2c2c30]/90 device-dark:text-white">
      <div className="flex items-start gap-2.5">
        {mark ? (
          <span className="mt-0.5 shrink-0 [&_svg]:size-9">{mark}</span>
        ) : (
          <SiteIcon url={content.iconUrl} host={content.siteHost} className="mt-0.5 size-9 rounded-[9px] text-lg" />
        )}
        <div className="min-w-0 flex-1 break-words">
          <div className="flex items-baseline gap-2">
            <p className={cn("flex-1 font-semibold", clamp(rules.titleLines[state]))}>
              {content.title || t("noTitle")}
            </p>
            <span className="shrink-0 text-[11px] opacity-70">{t("now")}</span>
          </div>
          <p className="truncate font-medium">{content.siteHost}</p>
          <p className={cn("whitespace-pre-line", clamp(rules.messageLines[state]))}>{content.message}</p>
        </div>
        {mark && rules.icon && content.iconUrl && (
          <SiteIcon url={content.iconUrl} host={content.siteHost} className="size-9 self-center rounded-[5px]" />
        )}
      </div>
      {open && actions.length > 0 && (
        <div className="mt-2.5 flex justify-end gap-1.5 ps-11">
          {actions.length === 1 && actions[0] ? (
            <Pill>{actions[0].title}</Pill>
          ) : (
            <Pill>
              {t("options")} <ChevronDown className="size-3" aria-hidden="true" />
            </Pill>
          )}
        </div>
      )}
    </div>
  );
}

function Pill({ children }: { children: ReactNode }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1 truncate rounded-full bg-black/8 px-3 py-1 text-xs font-medium device-dark:bg-white/15">
      {children}
    </span>
  );
}
