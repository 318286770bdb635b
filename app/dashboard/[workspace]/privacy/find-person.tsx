"use client";

import { Search } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { MenuItem, MenuSeparator } from "#components/ui/dropdown-menu.tsx";
import { Input } from "#components/ui/input.tsx";
import { RowMenu } from "#components/ui/row-menu.tsx";
import { toast } from "#components/ui/toast.tsx";
import { shortId } from "../subscribers/subscriber-name.ts";
import { eraseSubscriberAction, preferenceLinkAction } from "./actions.ts";

interface Person {
  id: string;
  name: string | null;
  externalId: string | null;
  isDeleted: boolean;
}

/** Finds a person who asks for their data, and answers: download, link to decide themselves, erasure. */
export function FindPerson({
  workspaceId,
  base,
  search,
  people,
  mayErase,
}: {
  workspaceId: string;
  base: string;
  search: string;
  /** Undefined: nothing was searched for. */
  people: Person[] | undefined;
  mayErase: boolean;
}) {
  const t = useTranslations("privacy.person");
  const [erasing, setErasing] = useState<Person>();
  const label = (person: Person) => person.name ?? person.externalId ?? shortId(person.id);

  const copyLink = async (id: string) => {
    const result = await preferenceLinkAction(workspaceId, { id });
    const copied =
      result.ok &&
      (await navigator.clipboard.writeText(result.data.url).then(
        () => true,
        () => false,
      ));
    if (copied) toast.success(t("copied"), { description: t("copiedText") });
    else toast.error(t("notCopied"), { description: result.ok ? result.data.url : result.message });
  };

  return (
    <>
      <form method="get" className="flex flex-wrap gap-2">
        <div className="min-w-0 flex-1 basis-64">
          <Input
            name="q"
            type="search"
            defaultValue={search}
            aria-label={t("search")}
            placeholder={t("search")}
            prefix={<Search aria-hidden="true" />}
          />
        </div>
        <Button type="submit">{t("find")}</Button>
      </form>
      {people?.length === 0 && <p className="text-muted-foreground">{t("nobody")}</p>}
      {people && people.length > 0 && (
        <ul className="divide-y divide-border rounded-lg border border-border bg-card">
          {people.map((person) => (
            <li key={person.id} className="flex items-center gap-3 py-1.5 ps-4 pe-2">
              <span className="min-w-0 flex-1 truncate">
                {person.isDeleted ? (
                  <bdi className="font-medium text-muted-foreground">{label(person)}</bdi>
                ) : (
                  <Link
                    href={`${base}/subscribers/${person.id}`}
                    className="font-medium underline-offset-4 hover:underline"
                  >
                    <bdi>{label(person)}</bdi>
                  </Link>
                )}
                <span className="ms-2 font-mono text-xs text-subtle-foreground">
                  {person.externalId ?? shortId(person.id)}
                </span>
                {person.isDeleted && <Badge className="ms-2">{t("deleted")}</Badge>}
              </span>
              <RowMenu name={label(person)}>
                {(["json", "csv"] as const).map((format) => (
                  <MenuItem key={format} asChild>
                    <a
                      href={`/api/v1/subscribers/${person.id}/export?format=${format}&workspaceId=${workspaceId}`}
                      download
                    >
                      {t(`export.${format}`)}
                    </a>
                  </MenuItem>
                ))}
                <MenuItem onSelect={() => void copyLink(person.id)}>{t("copyLink")}</MenuItem>
                {mayErase && (
                  <>
                    <MenuSeparator />
                    <MenuItem tone="danger" onSelect={() => setErasing(person)}>
                      {t("erase")}
                    </MenuItem>
                  </>
                )}
              </RowMenu>
            </li>
          ))}
        </ul>
      )}
      {erasing && (
        <ConfirmDialog
          open
          onOpenChange={() => setErasing(undefined)}
          title={t("eraseTitle", { name: label(erasing) })}
          description={t("eraseText")}
          confirmLabel={t("eraseConfirm")}
          typeToConfirm={label(erasing)}
          onConfirm={async () => {
            const result = await eraseSubscriberAction(workspaceId, { id: erasing.id });
            if (result.ok) toast.success(t("erased"));
            else toast.error(t("notErased"), { description: result.message });
            return result.ok;
          }}
        />
      )}
    </>
  );
}
