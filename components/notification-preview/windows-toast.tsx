import { Ellipsis, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { cn } from "#components/ui/cn.ts";
import { clamp, type LookProps } from "./look.ts";
import { SiteIcon } from "./marks.tsx";

/** A Windows 11 toast; collapsed as it lies in the notification centre. */
export function WindowsToast({
  content,
  rules,
  state,
  browser,
  mark,
}: LookProps & { browser: string; mark: React.ReactNode }) {
  const t = useTranslations("preview");
  const open = state === "expanded";
  const actions = (content.actions ?? []).slice(0, rules.maxActions);
  return (
    <div className="w-full max-w-91 overflow-hidden rounded-lg border border-black/10 bg-[#f6f6f6] font-[Segoe_UI_Variable,Segoe_UI,system-ui,sans-serif] text-[#1b1b1b] shadow-[0_8px_24px_rgb(0_0_0/0.2)] device-dark:border-black/40 device-dark:bg-[#2b2b2b] device-dark:text-white">
      <div className="flex h-9 items-center gap-2 px-4 text-xs">
        <span className="[&_svg]:size-4">{mark}</span>
        <span className="flex-1 truncate">{browser}</span>
        {!open && <span className="opacity-75">{t("justNow")}</span>}
        <Ellipsis className="size-4 opacity-70" aria-hidden="true" />
        <X className="size-4 opacity-70" aria-hidden="true" />
      </div>
      <div className="flex gap-3.5 px-4 pt-1 pb-4">
        {rules.icon && (
          <SiteIcon url={content.iconUrl} host={content.siteHost} className="size-12 rounded-none text-lg" />
        )}
        <div className="min-w-0 flex-1 text-base leading-5 break-words">
          <p className={cn("font-semibold", clamp(rules.titleLines[state]))}>{content.title || t("noTitle")}</p>
          <p className={cn("whitespace-pre-line opacity-80", clamp(rules.messageLines[state]))}>{content.message}</p>
          <p className="truncate text-xs leading-5 opacity-75">{t("via", { host: content.siteHost })}</p>
        </div>
      </div>
      {open && rules.image && content.imageUrl && (
        <div className="px-4 pb-4">
          <img src={content.imageUrl} alt="" referrerPolicy="no-referrer" className="aspect-2/1 w-full object-cover" />
        </div>
      )}
      {open && actions.length > 0 && (
        <div className="grid auto-cols-fr grid-flow-col gap-2 border-t border-black/5 px-4 py-4 device-dark:border-white/5">
          {actions.map((action) => (
            <span
              key={action.title}
              className="truncate rounded-sm border border-black/10 border-b-black/20 bg-white px-2 py-1 text-center text-base device-dark:border-white/5 device-dark:bg-[#3c3c3c]"
            >
              {action.title}
            </span>
          ))}
        </div>
      )}
    </div>
  );
}
