"use client";

import { Command } from "cmdk";
import { Monitor, Moon, Plus, Search, Sun } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useTheme } from "next-themes";
import { Dialog } from "radix-ui";
import { type ReactNode, useEffect, useState } from "react";
import { cn } from "#components/ui/cn.ts";
import { dialogStyle, scrimStyle } from "#components/ui/dialog-frame.tsx";
import { useFocusBack } from "#components/ui/use-focus-back.ts";
import { NavIcon } from "./nav-icon.tsx";
import { hrefOf, type NavGroup } from "./navigation.ts";

/** `kind` is a word of the domain in the reader's language: "Campaign". */
export type CommandResult = { id: string; title: string; kind: string; href: string; detail?: string };

export type CreateCommand = { label: string; href: string };

const searchDelayMs = 180;

/** ⌘K: go to, create, find. Loaded when first opened. */
export function CommandPalette({
  nav,
  base,
  create,
  search,
  onClose,
}: {
  nav: NavGroup[];
  base: string;
  create: CreateCommand[];
  search?: ((query: string) => Promise<CommandResult[]>) | undefined;
  onClose: () => void;
}) {
  const t = useTranslations("frame");
  const router = useRouter();
  const { setTheme } = useTheme();
  const focusBack = useFocusBack();
  const [query, setQuery] = useState("");
  const { results, state } = useSearch(query, search);

  const run = (action: () => void) => () => {
    onClose();
    action();
  };
  const goTo = (href: string) => run(() => router.push(href));

  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={scrimStyle} />
        <Dialog.Content
          {...focusBack}
          aria-describedby={undefined}
          className={cn(dialogStyle, "max-w-xl overflow-hidden")}
        >
          <Dialog.Title className="sr-only">{t("palette.title")}</Dialog.Title>
          <Command label={t("palette.title")} loop className="flex min-h-0 flex-col">
            <div className="flex items-center gap-2.5 border-b border-border px-4">
              <Search className="size-4 shrink-0 text-subtle-foreground" aria-hidden="true" />
              <Command.Input
                value={query}
                onValueChange={setQuery}
                placeholder={t("palette.placeholder")}
                className="h-12 w-full bg-transparent text-lg outline-none"
              />
            </div>
            <Command.List className="max-h-[min(24rem,60dvh)] overflow-y-auto p-1.5">
              <Command.Empty className="px-3 py-8 text-center text-muted-foreground">
                {state === "busy"
                  ? t("palette.searching")
                  : state === "failed"
                    ? t("palette.failed")
                    : t("palette.empty", { query })}
              </Command.Empty>
              {results.length > 0 && (
                <Group heading={t("palette.results")}>
                  {results.map((result) => (
                    // What the server found is shown as found: the query itself is a keyword, so nothing is filtered out here.
                    <Item key={result.id} value={result.id} keywords={[query]} onSelect={goTo(result.href)}>
                      <span className="min-w-0 flex-1 truncate">{result.title}</span>
                      <span className="shrink-0 text-sm text-muted-foreground">{result.detail ?? result.kind}</span>
                    </Item>
                  ))}
                </Group>
              )}
              <Group heading={t("palette.goTo")}>
                {nav
                  .flatMap((group) => group.items)
                  .map((item) => (
                    <Item key={item.key} value={t(`nav.${item.key}`)} onSelect={goTo(hrefOf(base, item))}>
                      <NavIcon name={item.icon} />
                      {t(`nav.${item.key}`)}
                    </Item>
                  ))}
              </Group>
              {create.length > 0 && (
                <Group heading={t("palette.create")}>
                  {create.map((command) => (
                    <Item key={command.href} value={command.label} onSelect={goTo(command.href)}>
                      <Plus aria-hidden="true" />
                      {command.label}
                    </Item>
                  ))}
                </Group>
              )}
              <Group heading={t("palette.preferences")}>
                <Item value={t("palette.themeLight")} onSelect={run(() => setTheme("light"))}>
                  <Sun aria-hidden="true" />
                  {t("palette.themeLight")}
                </Item>
                <Item value={t("palette.themeDark")} onSelect={run(() => setTheme("dark"))}>
                  <Moon aria-hidden="true" />
                  {t("palette.themeDark")}
                </Item>
                <Item value={t("palette.themeSystem")} onSelect={run(() => setTheme("system"))}>
                  <Monitor aria-hidden="true" />
                  {t("palette.themeSystem")}
                </Item>
              </Group>
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-subtle-foreground"
    >
      {children}
    </Command.Group>
  );
}

function Item(props: { value: string; keywords?: string[]; onSelect: () => void; children: ReactNode }) {
  return (
    <Command.Item
      {...props}
      className="flex h-9 items-center gap-2.5 rounded-md px-2.5 data-[selected=true]:bg-accent pointer-coarse:h-11 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted-foreground"
    />
  );
}

/** Asks the server once the typing rests; an answer to an older question is dropped. */
function useSearch(query: string, search: ((query: string) => Promise<CommandResult[]>) | undefined) {
  const [results, setResults] = useState<CommandResult[]>([]);
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");
  useEffect(() => {
    const wanted = query.trim();
    if (!search || wanted.length < 2) {
      setResults([]);
      setState("idle");
      return;
    }
    let current = true;
    setState("busy");
    const timer = setTimeout(async () => {
      try {
        const found = await search(wanted);
        if (!current) return;
        setResults(found);
        setState("idle");
      } catch {
        if (current) setState("failed");
      }
    }, searchDelayMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [query, search]);
  return { results, state };
}
