// What the charts draw, from half hours or days. Pure: numbers in, columns out.

import type { OpsPoint, OpsStretch } from "../../shared/protocol/types";

export type Column = readonly (number | null)[];
export type Tint = "accent" | "warn" | "muted" | "ink";

export interface Line {
  readonly name: string;
  readonly values: Column;
  readonly tint: Tint;
  /** Told apart without colour: whole, dashed or dotted lines, or bars. */
  readonly stroke: "whole" | "dashed" | "dotted" | "bar";
  /** What the reader is told, where the drawn value is another (stacked bars). */
  readonly told?: Column;
}

export interface ChartData {
  /** Seconds since 1970, as the drawing wants them. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly unit: "seconds" | "count" | "share";
  /** A horizontal line, in the unit. */
  readonly target: number | null;
}

/** The figures of one point in time, whatever they came from. */
export interface Sample {
  readonly at_ms: number;
  readonly arrived: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly wait_p50_ms: number | null;
  readonly wait_p90_ms: number | null;
  readonly connect_p50_ms: number | null;
  readonly connect_p90_ms: number | null;
  readonly level_strict: number | null;
  readonly occupancy: number | null;
}

export function sampleOf(one: OpsStretch): Sample {
  return {
    at_ms: one.starts_at_ms,
    arrived: one.arrived,
    answered: one.answered,
    abandoned: one.abandoned,
    wait_p50_ms: one.wait.p50_ms,
    wait_p90_ms: one.wait.p90_ms,
    connect_p50_ms: one.connect.p50_ms,
    connect_p90_ms: one.connect.p90_ms,
    level_strict: one.level_strict,
    occupancy: one.occupancy,
  };
}

const HALF_HOUR_MS = 1_800_000;

/** Half hours without a gap: where nothing was, there is a point that says so. */
export function filled(points: readonly OpsPoint[]): Sample[] {
  const first = points[0];
  const last = points[points.length - 1];
  if (first === undefined || last === undefined) return [];
  const known = new Map(points.map((one) => [one.at_ms, one]));
  const count = Math.round((last.at_ms - first.at_ms) / HALF_HOUR_MS) + 1;
  return Array.from({ length: count }, (_, index) => {
    const at = first.at_ms + index * HALF_HOUR_MS;
    return known.get(at) ?? nothing(at);
  });
}

function nothing(at: number): Sample {
  return {
    at_ms: at,
    arrived: 0,
    answered: 0,
    abandoned: 0,
    wait_p50_ms: null,
    wait_p90_ms: null,
    connect_p50_ms: null,
    connect_p90_ms: null,
    level_strict: null,
    occupancy: null,
  };
}

export function waits(
  samples: readonly Sample[],
  of: "connect" | "wait",
  targetMs: number,
): ChartData {
  return {
    times: timesOf(samples),
    unit: "seconds",
    target: targetMs / 1_000,
    lines: [
      {
        name: "median",
        tint: "accent",
        stroke: "whole",
        values: samples.map((one) => inSeconds(one[`${of}_p50_ms`])),
      },
      {
        name: "90 %",
        tint: "ink",
        stroke: "dashed",
        values: samples.map((one) => inSeconds(one[`${of}_p90_ms`])),
      },
    ],
  };
}

/** Bars stacked: answered, and on top of them who left. */
export function ends(samples: readonly Sample[]): ChartData {
  return {
    times: timesOf(samples),
    unit: "count",
    target: null,
    lines: [
      {
        name: "left before an answer",
        tint: "warn",
        stroke: "bar",
        values: samples.map((one) => one.answered + one.abandoned),
        told: samples.map((one) => one.abandoned),
      },
      {
        name: "answered",
        tint: "accent",
        stroke: "bar",
        values: samples.map((one) => one.answered),
      },
      {
        name: "ready",
        tint: "ink",
        stroke: "dotted",
        values: samples.map((one) => one.arrived),
      },
    ],
  };
}

export function shares(samples: readonly Sample[]): ChartData {
  return {
    times: timesOf(samples),
    unit: "share",
    target: null,
    lines: [
      {
        name: "service level",
        tint: "accent",
        stroke: "whole",
        values: samples.map((one) => one.level_strict),
      },
      {
        name: "occupancy",
        tint: "warn",
        stroke: "dashed",
        values: samples.map((one) => one.occupancy),
      },
    ],
  };
}

/** One value as people read it. */
export function shown(value: number | null, unit: ChartData["unit"]): string {
  if (value === null) return "–";
  if (unit === "seconds") return `${value.toFixed(1)} s`;
  return unit === "share" ? `${Math.round(value * 100)} %` : String(value);
}

/** A chart in one sentence, for those who do not see it. */
export function summary(data: ChartData): string {
  const parts = data.lines.map((line) => {
    const known = (line.told ?? line.values).filter((one): one is number => one !== null);
    if (known.length === 0) return `${line.name}: nothing`;
    const least = shown(Math.min(...known), data.unit);
    const most = shown(Math.max(...known), data.unit);
    return `${line.name}: ${least} to ${most}`;
  });
  return `${parts.join("; ")}.`;
}

function timesOf(samples: readonly Sample[]): number[] {
  return samples.map((one) => one.at_ms / 1_000);
}

function inSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}
