"use client";

import { useTranslations } from "next-intl";
import { StatusBadge } from "#components/ui/status-badge.tsx";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import { Time } from "#components/ui/time.tsx";
import type { ProgressWire } from "./live-status.ts";

/** The firings of a campaign, newest first, in the time zone of its site. */
export function Runs({ runs, timeZone }: { runs: ProgressWire["runs"]; timeZone: string }) {
  const t = useTranslations("campaigns.runs");
  return (
    <Table label={t("title")}>
      <TableHead>
        <tr>
          <TableHeader>{t("due")}</TableHeader>
          <TableHeader>{t("status")}</TableHeader>
          <TableHeader hideBelow="sm">{t("started")}</TableHeader>
          <TableHeader hideBelow="sm">{t("finished")}</TableHeader>
        </tr>
      </TableHead>
      <TableBody>
        {runs.map((run) => (
          <TableRow key={run.id}>
            <TableCell className="whitespace-nowrap">
              <Time at={run.dueAt} look="exact" timeZone={timeZone} />
            </TableCell>
            <TableCell>
              <StatusBadge status={run.status} />
            </TableCell>
            <TableCell hideBelow="sm" className="text-muted-foreground">
              {run.startedAt ? <Time at={run.startedAt} /> : "–"}
            </TableCell>
            <TableCell hideBelow="sm" className="text-muted-foreground">
              {run.finishedAt ? <Time at={run.finishedAt} /> : "–"}
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
