"use client";

import { useQuery } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { getJson } from "#components/live/get-json.ts";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { Time } from "#components/ui/time.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { NewCampaignInput } from "#lib/campaigns/schema.ts";
import type { TestDevice } from "#lib/sites/test-device-schema.ts";
import { testOnDevicesAction } from "../actions.ts";

type Wire = Omit<TestDevice, "lastSeenAt"> & { lastSeenAt: string };

/** The API's limit of a test send. */
const most = 10;

/** The team's other test devices of the site, a phone perhaps: which of them get the test. */
export function OtherTestDevices({
  workspaceId,
  siteId,
  content,
}: {
  workspaceId: string;
  siteId: string;
  /** null: it cannot be sent as it is. */
  content: NewCampaignInput["steps"][number]["content"] | null;
}) {
  const t = useTranslations("campaigns.test");
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [failure, setFailure] = useState<string | null>(null);
  const [pending, startTransition] = useTransition();
  const { data, error } = useQuery({
    queryKey: ["test-devices", workspaceId, siteId],
    queryFn: ({ signal }) => getJson<{ data: Wire[] }>(`/sites/${siteId}/test-devices`, workspaceId, signal),
    enabled: open,
  });
  const devices = data?.data;
  const subscriptionIds = devices?.map(({ id }) => id).filter((id) => chosen.has(id)) ?? [];

  const send = () => {
    setFailure(null);
    if (!content) return setFailure(t("needsText"));
    startTransition(async () => {
      const answer = await testOnDevicesAction(workspaceId, { siteId, content, subscriptionIds });
      if (!answer.ok) return setFailure(answer.message);
      toast.success(t("sentTo", { count: answer.data.messageIds.length }));
      setOpen(false);
    });
  };
  const choose = (id: string, isChosen: boolean) =>
    setChosen((before) => new Set(isChosen ? [...before, id] : [...before].filter((each) => each !== id)));

  const nameOf = ({ name, browser, os }: Wire) => {
    const device = browser && os ? t("device", { browser, os }) : (browser ?? t("unknownBrowser"));
    return name ? t("deviceOf", { name, device }) : device;
  };

  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setFailure(null);
      }}
      title={t("devicesTitle")}
      description={t("devicesText")}
      trigger={
        <Button variant="ghost" size="sm" className="w-full">
          <MonitorSmartphone aria-hidden="true" />
          {t("otherDevices")}
        </Button>
      }
      footer={
        <Button
          variant="primary"
          onClick={send}
          pending={pending}
          disabled={subscriptionIds.length === 0 || subscriptionIds.length > most}
        >
          {t("sendTo", { count: subscriptionIds.length })}
        </Button>
      }
    >
      <div className="grid gap-4">
        {!devices && !error && <Skeleton className="h-10 w-full" />}
        {error && (
          <Callout tone="danger" title={t("devicesFailed")}>
            {error.message}
          </Callout>
        )}
        {devices?.length === 0 && <Callout title={t("noDevices")}>{t("noDevicesText")}</Callout>}
        {devices && devices.length > 0 && (
          <ul className="grid" aria-label={t("devicesTitle")}>
            {devices.map((device) => (
              <li key={device.id} className="border-t border-border py-2.5 first:border-t-0">
                <Checkbox
                  checked={chosen.has(device.id)}
                  onCheckedChange={(isChosen) => choose(device.id, isChosen)}
                  label={nameOf(device)}
                  description={t.rich("seen", { time: () => <Time at={device.lastSeenAt} /> })}
                />
              </li>
            ))}
          </ul>
        )}
        {subscriptionIds.length > most && <Callout tone="warning">{t("tooManyDevices", { most })}</Callout>}
        <div aria-live="polite" className="empty:hidden">
          {failure && <Callout tone="warning">{failure}</Callout>}
        </div>
      </div>
    </Dialog>
  );
}
