import { useTranslations } from "next-intl";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { cn } from "#components/ui/cn.ts";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import type { ImportPreview } from "#lib/imports/schema.ts";

const maxRows = 10;

/** The file's first rows with what would become of each. */
export function MappingPreview({
  columns,
  preview,
  isStale,
}: {
  columns: string[];
  preview: ImportPreview;
  isStale: boolean;
}) {
  const t = useTranslations("imports.preview");
  const rows = preview.rows.slice(0, maxRows);
  const used = columns.flatMap((column, index) => {
    const target = preview.mapping.columns[column];
    return target === undefined ? [] : [{ column, index }];
  });
  return (
    <Card title={t("title")} description={t("text", { count: rows.length })} flush>
      <Table label={t("title")} className={cn(isStale && "opacity-60")}>
        <TableHead>
          <tr>
            <TableHeader numeric>{t("row")}</TableHeader>
            <TableHeader>{t("outcome")}</TableHeader>
            {used.map(({ column }) => (
              <TableHeader key={column}>{column}</TableHeader>
            ))}
          </tr>
        </TableHead>
        <TableBody>
          {rows.map(({ row, outcome, cells, problems }) => (
            <TableRow key={row}>
              <TableCell numeric className="text-subtle-foreground">
                {row}
              </TableCell>
              <TableCell className="min-w-44">
                {outcome === "failed" ? (
                  <ul className="text-sm text-danger">
                    {problems.map(({ column, message }) => (
                      <li key={`${column}${message}`}>{column ? t("problem", { column, message }) : message}</li>
                    ))}
                  </ul>
                ) : (
                  <Badge tone={outcome === "person" ? "success" : "neutral"}>{t(outcome)}</Badge>
                )}
              </TableCell>
              {used.map(({ column, index }) => (
                <TableCell key={column} className="max-w-56 truncate whitespace-nowrap">
                  {cells[index]}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  );
}
