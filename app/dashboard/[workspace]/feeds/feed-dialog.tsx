"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { useFormAction } from "#components/forms/use-form-action.ts";
import { Callout } from "#components/ui/callout.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { SubmitButton } from "#components/ui/submit-button.tsx";
import { toast } from "#components/ui/toast.tsx";
import { maxItemsPerHourDefault, pollMinutesDefault } from "#lib/feeds/defaults.ts";
import type { Feed, FeedPreview } from "#lib/feeds/schema.ts";
import { createFeedAction, updateFeedAction } from "./actions.ts";
import { intervalLabel } from "./interval-label.ts";
import { useFeedPreview, withScheme } from "./use-feed-preview.ts";

const intervals = [5, 15, 30, 60, 180, 720, 1440];
const fields = ["url", "name", "pollMinutes", "maxItemsPerHour", "siteId"] as const;

export type EditedFeed = Pick<Feed, "id" | "name" | "url" | "pollMinutes" | "maxItemsPerHour">;

/** Adds a feed, or changes one. */
export function FeedDialog({
  workspaceId,
  sites,
  feed,
  trigger,
  open: openOutside,
  onOpenChange,
}: {
  workspaceId: string;
  /** To choose from when it is new. */
  sites: { id: string; name: string }[];
  feed?: EditedFeed;
  trigger?: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}) {
  const t = useTranslations("feeds.form");
  const [openInside, setOpenInside] = useState(false);
  const setOpen = (next: boolean) => {
    setOpenInside(next);
    onOpenChange?.(next);
  };
  return (
    <Dialog
      open={openOutside ?? openInside}
      onOpenChange={setOpen}
      trigger={trigger}
      size="md"
      title={feed ? t("editTitle", { name: feed.name }) : t("newTitle")}
      description={feed ? undefined : t("newDescription")}
    >
      <FeedForm workspaceId={workspaceId} sites={sites} feed={feed} onDone={() => setOpen(false)} />
    </Dialog>
  );
}

function FeedForm({
  workspaceId,
  sites,
  feed,
  onDone,
}: {
  workspaceId: string;
  sites: { id: string; name: string }[];
  feed: EditedFeed | undefined;
  onDone: () => void;
}) {
  const t = useTranslations("feeds");
  const [url, setUrl] = useState(feed?.url ?? "");
  const isOther = feed === undefined || url.trim() !== feed.url;
  // What was said of one address says nothing of another.
  const [sentUrl, setSentUrl] = useState<string>();
  const { looking, preview } = useFeedPreview(workspaceId, url, isOther);
  const found = preview?.ok ? preview.data : undefined;

  const { form, pending, errors, problem } = useFormAction<unknown>(async (_, typed) => {
    const name = String(typed.get("name") ?? "").trim();
    setSentUrl(url);
    const input = {
      url: withScheme(url.trim()),
      pollMinutes: Number(typed.get("pollMinutes")),
      maxItemsPerHour: Number(typed.get("maxItemsPerHour")),
      ...(name && { name }),
    };
    if (feed) {
      const { url: address, ...rest } = input;
      const changes = address === feed.url ? rest : input;
      const result = await updateFeedAction(workspaceId, { id: feed.id, changes });
      if (result.ok) {
        toast.success(t("done.saved"));
        onDone();
      }
      return result;
    }
    const siteId = sites.length === 1 ? sites[0]?.id : String(typed.get("siteId") ?? "");
    const result = await createFeedAction(workspaceId, { ...input, siteId: siteId ?? "" });
    if (result.ok) {
      toast.success(t("done.created", { name: result.data.name }));
      onDone();
    }
    return result;
  }, fields);

  const unreadable = preview?.ok === false ? [preview.message] : undefined;
  const known = intervals.includes(feed?.pollMinutes ?? pollMinutesDefault)
    ? intervals
    : [feed?.pollMinutes ?? 0, ...intervals];
  return (
    <form {...form} className="grid gap-4">
      {problem && <Callout tone="danger">{problem}</Callout>}
      {!feed && sites.length > 1 && (
        <Field label={t("form.site")} error={errors("siteId")} required>
          <Select
            name="siteId"
            defaultValue={sites[0]?.id ?? ""}
            options={sites.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Field>
      )}
      <Field
        label={t("form.url")}
        hint={feed && isOther ? t("form.urlChanged") : t("form.urlHint")}
        error={unreadable ?? (url === sentUrl ? errors("url") : undefined)}
        required
      >
        <Input
          name="url"
          inputMode="url"
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          dir="ltr"
          autoFocus
          value={url}
          placeholder={t("form.urlPlaceholder")}
          onChange={(event) => setUrl(event.target.value)}
        />
      </Field>
      <div role="status" className="-mt-2 empty:hidden">
        {looking && <p className="text-sm text-muted-foreground">{t("form.looking")}</p>}
        {found && <Found preview={found} />}
      </div>
      <Field label={t("form.name")} hint={feed ? undefined : t("form.nameHint")} error={errors("name")}>
        <Input name="name" defaultValue={feed?.name ?? ""} placeholder={found?.title} autoComplete="off" />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t("form.poll")} error={errors("pollMinutes")}>
          <Select
            name="pollMinutes"
            defaultValue={String(feed?.pollMinutes ?? pollMinutesDefault)}
            options={known.map((minutes) => ({ value: String(minutes), label: intervalLabel(t, minutes) }))}
          />
        </Field>
        <Field label={t("form.limit")} hint={t("form.limitHint")} error={errors("maxItemsPerHour")}>
          <Input
            name="maxItemsPerHour"
            type="number"
            inputMode="numeric"
            min={1}
            max={60}
            defaultValue={feed?.maxItemsPerHour ?? maxItemsPerHourDefault}
          />
        </Field>
      </div>
      <DialogFooter className="-mx-5 mt-1 -mb-5">
        <SubmitButton pending={pending} disabled={url.trim() === ""}>
          {feed ? t("form.save") : t("form.add")}
        </SubmitButton>
      </DialogFooter>
    </form>
  );
}

function Found({ preview }: { preview: FeedPreview }) {
  const t = useTranslations("feeds.form");
  return (
    <div className="rounded-md border border-border bg-canvas px-3 py-2 text-sm">
      <p className="font-medium">{t("found", { title: preview.title, count: preview.itemCount })}</p>
      {preview.items.length > 0 && (
        <ul aria-label={t("latest")} className="mt-1 grid gap-0.5 text-muted-foreground">
          {preview.items.slice(0, 3).map((item) => (
            <li key={`${item.title} ${item.url}`} className="truncate">
              {item.title}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
