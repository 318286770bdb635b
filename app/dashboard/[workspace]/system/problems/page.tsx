import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Card } from "#components/ui/card.tsx";
import { Table, TableActions, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { PageQuery } from "#lib/schema.ts";
import { listInstanceAudit } from "#lib/system/instance-audit.ts";
import { type InstanceAction, type InstanceAuditEntry, type SystemFaults, WorkRunFilter } from "#lib/system/schema.ts";
import { listFaults, listWork } from "#lib/system/system.ts";
import { RetryEventButton } from "../retry-event-button.tsx";
import { RunTable } from "../run-table.tsx";
import { systemPage } from "../system-data.ts";

/** The last failed runs, events set aside, registrations refused, and what administrators did about them. */
export default async function SystemProblemsPage({ params }: PageProps<"/dashboard/[workspace]/system/problems">) {
  const [{ workspace }, t, system] = await Promise.all([params, getTranslations("system.problems"), systemPage()]);
  if (!system?.queue) return null;
  const [failed, faults, done] = await Promise.all([
    listWork(system.userId, WorkRunFilter.parse({ status: "failed", pageSize: 10 })),
    listFaults(system.userId),
    listInstanceAudit(system.userId, PageQuery.parse({ pageSize: 20 })),
  ]);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
      <section className="grid gap-2">
        <div className="flex items-baseline justify-between gap-3">
          <h2 className="text-base font-semibold">{t("failed")}</h2>
          {failed.nextCursor && (
            <Link
              href={`/dashboard/${workspace}/system/runs?status=failed`}
              className="text-sm text-primary-text underline-offset-4 hover:underline"
            >
              {t("allFailed")}
            </Link>
          )}
        </div>
        {failed.data.length > 0 ? (
          <RunTable workspaceId={workspace} runs={failed.data} />
        ) : (
          <p className="text-sm text-muted-foreground">{t("noFailed")}</p>
        )}
      </section>
      <Card flush title={t("events")} description={t("eventsText")}>
        <SetAside workspaceId={workspace} events={faults.events} />
      </Card>
      <Card flush title={t("registrations")} description={t("registrationsText")}>
        <Refused registrations={faults.registrations} />
      </Card>
      <Card flush title={t("done")} description={t("doneText")}>
        <Done entries={done.data} />
      </Card>
    </div>
  );
}

async function SetAside({ workspaceId, events }: { workspaceId: string; events: SystemFaults["events"] }) {
  const t = await getTranslations("system.problems");
  if (events.length === 0) return <p className="px-4 py-3 text-sm text-muted-foreground">{t("noEvents")}</p>;
  return (
    <Table label={t("events")}>
      <TableHead>
        <tr>
          <TableHeader>{t("event")}</TableHeader>
          <TableHeader grow hideBelow="sm">
            {t("error")}
          </TableHeader>
          <TableHeader hideBelow="sm">{t("at")}</TableHeader>
          <TableHeader />
        </tr>
      </TableHead>
      <TableBody>
        {events.map(({ id, name, error, at }) => (
          <TableRow key={id}>
            <TableCell title={id}>
              <p className="font-mono">{name}</p>
              <p className="text-wrap break-words text-danger sm:hidden">{error}</p>
            </TableCell>
            <TableCell grow hideBelow="sm" className="text-danger">
              <p className="py-1.5 text-wrap break-words">{error}</p>
            </TableCell>
            <TableCell hideBelow="sm" className="whitespace-nowrap text-muted-foreground">
              <Time at={at} />
            </TableCell>
            <TableActions>
              <RetryEventButton workspaceId={workspaceId} id={id} />
            </TableActions>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

async function Refused({ registrations }: { registrations: SystemFaults["registrations"] }) {
  const t = await getTranslations("system.problems");
  if (registrations.length === 0) {
    return <p className="px-4 py-3 text-sm text-muted-foreground">{t("noRegistrations")}</p>;
  }
  return (
    <Table label={t("registrations")}>
      <TableHead>
        <tr>
          <TableHeader>{t("app")}</TableHeader>
          <TableHeader grow>{t("error")}</TableHeader>
          <TableHeader hideBelow="sm">{t("at")}</TableHeader>
        </tr>
      </TableHead>
      <TableBody>
        {registrations.map(({ url, appId, error, at }) => (
          <TableRow key={url}>
            <TableCell>
              <p className="font-medium">{appId}</p>
              <p className="max-w-[36vw] truncate text-sm text-muted-foreground sm:max-w-80" title={url}>
                {url}
              </p>
            </TableCell>
            <TableCell grow className="text-danger">
              <p className="py-1.5 text-wrap break-words">{error}</p>
            </TableCell>
            <TableCell hideBelow="sm" className="whitespace-nowrap text-muted-foreground">
              <Time at={at} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

async function Done({ entries }: { entries: InstanceAuditEntry[] }) {
  const t = await getTranslations("system.problems");
  if (entries.length === 0) return <p className="px-4 py-3 text-sm text-muted-foreground">{t("noneDone")}</p>;
  const words: Record<InstanceAction, string> = {
    "work.retry": t("actions.workRetry"),
    "work.cancel": t("actions.workCancel"),
    "event.retry": t("actions.eventRetry"),
  };
  return (
    <Table label={t("done")}>
      <TableHead>
        <tr>
          <TableHeader>{t("what")}</TableHeader>
          <TableHeader grow hideBelow="md">
            {t("which")}
          </TableHeader>
          <TableHeader>{t("who")}</TableHeader>
          <TableHeader hideBelow="sm">{t("at")}</TableHeader>
        </tr>
      </TableHead>
      <TableBody>
        {entries.map(({ id, action, entityId, actorName, createdAt }) => (
          <TableRow key={id}>
            <TableCell className="font-medium sm:whitespace-nowrap">{words[action]}</TableCell>
            <TableCell grow hideBelow="md" className="font-mono text-sm text-muted-foreground">
              {entityId}
            </TableCell>
            <TableCell>{actorName ?? t("gone")}</TableCell>
            <TableCell hideBelow="sm" className="whitespace-nowrap text-muted-foreground">
              <Time at={createdAt} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
