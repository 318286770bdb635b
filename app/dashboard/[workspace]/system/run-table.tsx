import { getLocale, getTranslations } from "next-intl/server";
import { Card } from "#components/ui/card.tsx";
import { StatusBadge } from "#components/ui/status-badge.tsx";
import {
  Table,
  TableActions,
  TableActionsHeader,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
} from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import { formatDuration } from "#lib/format.ts";
import type { WorkRun } from "#lib/system/schema.ts";
import { RunMenu } from "./run-menu.tsx";

/** Runs, each with what it does or what went wrong, and what can be done about it. */
export async function RunTable({ workspaceId, runs }: { workspaceId: string; runs: WorkRun[] }) {
  const [t, locale] = await Promise.all([getTranslations("system.runs"), getLocale()]);
  return (
    <Card flush>
      <Table label={t("label")}>
        <TableHead>
          <tr>
            <TableHeader>{t("function")}</TableHeader>
            <TableHeader>{t("state")}</TableHeader>
            <TableHeader grow hideBelow="md">
              {t("problem")}
            </TableHeader>
            <TableHeader hideBelow="sm">{t("began")}</TableHeader>
            <TableHeader numeric hideBelow="lg">
              {t("took")}
            </TableHeader>
            <TableActionsHeader />
          </tr>
        </TableHead>
        <TableBody>
          {runs.map((run) => (
            <TableRow key={run.id}>
              <TableCell>
                <div className="max-w-[42vw] py-1.5 sm:max-w-72">
                  <p className="truncate font-medium">{run.functionName}</p>
                  <p className="truncate font-mono text-sm text-muted-foreground" title={run.id}>
                    {run.eventName ?? run.id}
                  </p>
                  <p className="line-clamp-2 text-sm text-wrap break-words text-danger md:hidden">{run.error}</p>
                </div>
              </TableCell>
              <TableCell>
                <StatusBadge status={run.status} />
              </TableCell>
              <TableCell grow hideBelow="md" className="text-muted-foreground">
                {run.error !== null ? (
                  <p className="line-clamp-2 py-1.5 text-wrap break-words text-danger" title={run.error}>
                    {run.error}
                  </p>
                ) : (
                  <Doing run={run} />
                )}
              </TableCell>
              <TableCell hideBelow="sm" className="whitespace-nowrap text-muted-foreground">
                <Time at={run.createdAt} />
              </TableCell>
              <TableCell numeric hideBelow="lg" className="whitespace-nowrap text-muted-foreground">
                {run.endedAt
                  ? formatDuration(Math.round((run.endedAt.getTime() - run.createdAt.getTime()) / 1000), locale)
                  : "–"}
              </TableCell>
              <TableActions>
                <RunMenu workspaceId={workspaceId} id={run.id} name={run.functionName} status={run.status} />
              </TableActions>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  );
}

async function Doing({ run }: { run: WorkRun }) {
  const t = await getTranslations("system.runs");
  if (run.doing === null) return null;
  return (
    <span className="flex flex-wrap gap-x-2">
      {t(`doing.${run.doing}`)}
      {run.nextAt && <Time at={run.nextAt} />}
      {run.attempt > 0 && t("attempt", { count: run.attempt })}
    </span>
  );
}
