"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Dialog } from "#components/ui/dialog.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { Switch } from "#components/ui/switch.tsx";
import type { NavGroup } from "./navigation.ts";
import { useModKey } from "./top-bar.tsx";
import { lettersOn, setLetters } from "./use-shortcuts.ts";

/** What the keys do, and the switch that turns single letters off. */
export function ShortcutsDialog({ nav, onClose }: { nav: NavGroup[]; onClose: () => void }) {
  const t = useTranslations("frame");
  const modKey = useModKey();
  const [letters, setShown] = useState(lettersOn);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("shortcuts.title")}
      description={t("shortcuts.description")}
      size="md"
    >
      <div className="grid gap-x-10 gap-y-5 sm:grid-cols-2">
        <Group title={t("shortcuts.anywhere")}>
          <Line label={t("shortcuts.palette")} keys={[`${modKey}K`]} />
          <Line label={t("shortcuts.searchList")} keys={["/"]} />
          <Line label={t("shortcuts.rail")} keys={["["]} />
          <Line label={t("shortcuts.help")} keys={["?"]} />
        </Group>
        <Group title={t("shortcuts.goTo")}>
          {nav
            .flatMap((group) => group.items)
            .map(
              (item) =>
                item.goKey && (
                  <Line key={item.key} label={t(`nav.${item.key}`)} keys={["G", item.goKey.toUpperCase()]} />
                ),
            )}
        </Group>
      </div>
      <div className="mt-5 border-t border-border pt-4">
        <Switch
          label={t("shortcuts.letters")}
          description={t("shortcuts.lettersHint", { key: modKey.trim() })}
          checked={letters}
          onCheckedChange={(on) => {
            setLetters(on);
            setShown(on);
          }}
        />
      </div>
    </Dialog>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1.5 text-sm font-medium text-muted-foreground">{title}</h3>
      <dl className="grid gap-1">{children}</dl>
    </section>
  );
}

function Line({ label, keys }: { label: string; keys: string[] }) {
  const t = useTranslations("frame.shortcuts");
  return (
    <div className="flex h-7 items-center justify-between gap-4">
      <dt>{label}</dt>
      <dd className="flex items-center gap-1 text-xs text-subtle-foreground">
        {keys.map((key, index) => (
          <span key={key} className="contents">
            {index > 0 && <span>{t("then")}</span>}
            <Kbd>{key}</Kbd>
          </span>
        ))}
      </dd>
    </div>
  );
}
