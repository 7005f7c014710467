// Figures as comma-separated values (RFC 4180). Pure.

import type { OpsStretch } from "../shared/protocol/types";

const COLUMNS: readonly (readonly [string, (one: OpsStretch) => number | null])[] = [
  ["arrived", (one) => one.arrived],
  ["answered", (one) => one.answered],
  ["abandoned", (one) => one.abandoned],
  ["cancelled", (one) => one.cancelled],
  ["connected", (one) => one.connected],
  ["connected_within_31s", (one) => one.connected_in_time],
  ["signed", (one) => one.signed],
  ["offers", (one) => one.offers],
  ["offers_missed", (one) => one.offers_missed],
  ["service_level_strict", (one) => one.level_strict],
  ["service_level_without_short", (one) => one.level_lenient],
  ["abandonment", (one) => one.abandonment],
  ["occupancy", (one) => one.occupancy],
  ["wait_mean_ms", (one) => one.wait.mean_ms],
  ["wait_p50_ms", (one) => one.wait.p50_ms],
  ["wait_p90_ms", (one) => one.wait.p90_ms],
  ["wait_p95_ms", (one) => one.wait.p95_ms],
  ["connect_mean_ms", (one) => one.connect.mean_ms],
  ["connect_p50_ms", (one) => one.connect.p50_ms],
  ["connect_p90_ms", (one) => one.connect.p90_ms],
  ["connect_p95_ms", (one) => one.connect.p95_ms],
];

export interface CsvRow {
  /** A day, or when a half hour begins in UTC. */
  readonly when: string;
  readonly figures: OpsStretch;
}

/** One line per row, under a line of names; an unknown figure is an empty field. */
export function toCsv(rows: readonly CsvRow[], first: string): string {
  const names = [first, ...COLUMNS.map(([name]) => name)];
  const lines = rows.map((row) =>
    [row.when, ...COLUMNS.map(([, read]) => String(read(row.figures) ?? ""))].map(quoted),
  );
  return [names, ...lines].map((line) => `${line.join(",")}\r\n`).join("");
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
