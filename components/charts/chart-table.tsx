"use client";

import { useLocale } from "next-intl";
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "#components/ui/table.tsx";
import {
  type ChartAxis,
  type ChartPoint,
  type ChartSeries,
  type ChartUnit,
  exactValue,
  pointName,
} from "./chart-data.ts";

/** The chart's data as exact figures. */
export function ChartTable({
  points,
  series,
  axis,
  unit,
  label,
}: {
  points: ChartPoint[];
  series: ChartSeries[];
  axis: ChartAxis;
  unit: ChartUnit;
  label: string;
}) {
  const locale = useLocale();
  return (
    <Table label={label}>
      <TableHead>
        <tr>
          <TableHeader>{axis.label}</TableHeader>
          {series.map((one) => (
            <TableHeader key={one.key} numeric>
              {one.label}
            </TableHeader>
          ))}
        </tr>
      </TableHead>
      <TableBody>
        {points.map((point) => (
          <TableRow key={point.x}>
            <TableCell>{pointName(point.x, axis, locale, "full")}</TableCell>
            {series.map((one) => (
              <TableCell key={one.key} numeric>
                {exactValue(point.values[one.key], unit, locale)}
              </TableCell>
            ))}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
