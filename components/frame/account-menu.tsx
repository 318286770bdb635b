"use client";

import { Languages, LogOut, Monitor, Moon, Sun, SunMoon, UserRound } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { useTheme } from "next-themes";
import { startTransition } from "react";
import { Avatar } from "#components/ui/avatar.tsx";
import { cn } from "#components/ui/cn.ts";
import {
  DropdownMenu,
  MenuItem,
  MenuRadioGroup,
  MenuRadioItem,
  MenuSeparator,
  MenuSub,
} from "#components/ui/dropdown-menu.tsx";
import { localeCookie, localeNames, locales } from "#lib/i18n/locales.ts";
import type { FrameUser } from "./app-frame.tsx";
import { rememberFor } from "./remember.ts";

/** Who is signed in: profile, theme, language, sign out. */
export function AccountMenu({
  user,
  profileHref,
  signOut,
  collapsed,
}: {
  user: FrameUser;
  profileHref: string;
  signOut: () => Promise<void>;
  collapsed: boolean;
}) {
  const t = useTranslations("frame.account");
  const { theme, setTheme } = useTheme();
  const locale = useLocale();
  const router = useRouter();
  return (
    <DropdownMenu
      align="start"
      side="top"
      className="w-60"
      trigger={
        <button
          type="button"
          className={cn(
            "flex h-9 min-w-0 flex-1 items-center gap-2 rounded-md px-1.5 text-start hover:bg-accent focus-visible:-outline-offset-2 data-[state=open]:bg-accent",
            collapsed && "flex-none",
          )}
        >
          <Avatar name={user.name} src={user.imageUrl} size="sm" />
          <span className="sr-only">
            {t("open")}
            {collapsed && ` ${user.name}`}
          </span>
          {!collapsed && <span className="min-w-0 flex-1 truncate text-base font-medium">{user.name}</span>}
        </button>
      }
    >
      <div className="px-2 pt-1.5 pb-2">
        <p className="truncate font-medium">{user.name}</p>
        <p className="truncate text-sm text-muted-foreground">{user.email}</p>
      </div>
      <MenuSeparator />
      <MenuItem asChild>
        <Link href={profileHref}>
          <UserRound aria-hidden="true" />
          {t("profile")}
        </Link>
      </MenuItem>
      <MenuSub label={t("theme")} icon={<SunMoon aria-hidden="true" />}>
        <MenuRadioGroup value={theme ?? "system"} onValueChange={setTheme}>
          <MenuRadioItem value="light" icon={<Sun aria-hidden="true" />}>
            {t("light")}
          </MenuRadioItem>
          <MenuRadioItem value="dark" icon={<Moon aria-hidden="true" />}>
            {t("dark")}
          </MenuRadioItem>
          <MenuRadioItem value="system" icon={<Monitor aria-hidden="true" />}>
            {t("system")}
          </MenuRadioItem>
        </MenuRadioGroup>
      </MenuSub>
      {locales.length > 1 && (
        <MenuSub label={t("language")} icon={<Languages aria-hidden="true" />}>
          <MenuRadioGroup
            value={locale}
            onValueChange={(chosen) => {
              rememberFor("1y", localeCookie, chosen);
              router.refresh();
            }}
          >
            {locales.map((one) => (
              <MenuRadioItem key={one} value={one}>
                {localeNames[one]}
              </MenuRadioItem>
            ))}
          </MenuRadioGroup>
        </MenuSub>
      )}
      <MenuSeparator />
      <MenuItem icon={<LogOut aria-hidden="true" />} onSelect={() => startTransition(signOut)}>
        {t("signOut")}
      </MenuItem>
    </DropdownMenu>
  );
}
