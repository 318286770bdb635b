"use client";

import { Smile } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "./button.tsx";
import { type EmojiGroup, emojiGroups } from "./emoji-data.ts";
import { Input } from "./input.tsx";
import { Popover } from "./popover.tsx";

const groupNames = Object.keys(emojiGroups) as EmojiGroup[];

/** A button that offers emoji. The panel stays open, so that several can be picked; Escape closes it. */
export function EmojiPicker({ onPick, disabled }: { onPick: (emoji: string) => void; disabled?: boolean }) {
  const t = useTranslations("ui.emoji");
  const [query, setQuery] = useState("");
  const wanted = query.trim().toLowerCase();
  const groups = groupNames
    .map((group) => ({ group, emoji: emojiGroups[group].filter(([, words]) => words.includes(wanted)) }))
    .filter(({ emoji }) => emoji.length > 0);

  return (
    <Popover
      label={t("open")}
      align="end"
      className="w-76 p-0"
      onOpenChange={() => setQuery("")}
      trigger={
        <Button variant="ghost" size="icon-sm" aria-label={t("open")} disabled={disabled ?? false}>
          <Smile aria-hidden="true" />
        </Button>
      }
    >
      <div className="p-2 pb-1">
        <Input
          type="search"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          placeholder={t("search")}
          aria-label={t("search")}
        />
      </div>
      <div className="h-56 overflow-y-auto px-2 pb-2">
        {groups.length === 0 && <p className="py-8 text-center text-muted-foreground">{t("empty")}</p>}
        {groups.map(({ group, emoji }) => (
          <section key={group}>
            <h3 className="px-1 pt-2 pb-1 text-xs font-medium text-subtle-foreground">{t(`groups.${group}`)}</h3>
            <div className="grid grid-cols-8">
              {emoji.map(([sign, words]) => (
                <button
                  key={sign}
                  type="button"
                  onClick={() => onPick(sign)}
                  aria-label={words}
                  className="grid aspect-square place-items-center rounded-sm text-lg hover:bg-accent focus-visible:-outline-offset-2"
                >
                  {sign}
                </button>
              ))}
            </div>
          </section>
        ))}
      </div>
    </Popover>
  );
}
