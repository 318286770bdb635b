"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";

/** Warns before an unsaved text is left: by link within the dashboard, by closing or reloading. */
export function LeaveGuard({
  active,
  text,
}: {
  active: boolean;
  /** What becomes of what was written; absent: it is lost. */
  text?: string;
}) {
  const t = useTranslations("ui.leave");
  const router = useRouter();
  const [target, setTarget] = useState<string>();

  useEffect(() => {
    if (!active) return;
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    const onClick = (event: MouseEvent) => {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      if (!(link instanceof HTMLAnchorElement) || link.target === "_blank" || link.download) return;
      const url = new URL(link.href);
      if (url.origin !== location.origin || url.pathname === location.pathname) return;
      // Before the router sees it.
      event.preventDefault();
      event.stopPropagation();
      setTarget(url.pathname + url.search + url.hash);
    };
    window.addEventListener("beforeunload", onUnload);
    document.addEventListener("click", onClick, true);
    return () => {
      window.removeEventListener("beforeunload", onUnload);
      document.removeEventListener("click", onClick, true);
    };
  }, [active]);

  return (
    <ConfirmDialog
      open={target !== undefined}
      onOpenChange={(open) => !open && setTarget(undefined)}
      title={t("title")}
      description={text ?? t("text")}
      confirmLabel={t("leave")}
      cancelLabel={t("stay")}
      tone="primary"
      onConfirm={() => {
        if (target) router.push(target);
        return true;
      }}
    />
  );
}
