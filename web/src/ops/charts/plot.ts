// The drawing of a chart, by uPlot. Loaded only when a chart is shown.

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { clockTime } from "../../shared/format";
import { type ChartData, type Line, shown, type Tint } from "./series";

const TOKENS: Readonly<Record<Tint | "line" | "danger", string>> = {
  accent: "--gf-accent",
  warn: "--gf-warn",
  muted: "--gf-muted",
  ink: "--gf-ink",
  line: "--gf-line",
  danger: "--gf-danger",
};
const DASHES: Readonly<Record<Line["stroke"], number[]>> = {
  whole: [],
  dashed: [8, 5],
  dotted: [2, 4],
  bar: [],
};
const HEIGHT = 220;
const HALF_HOUR_S = 1_800;
const FONT = "12px system-ui, sans-serif";

export interface Plot {
  resize(width: number): void;
  destroy(): void;
}

/** Draw into `place`; `onPoint` is told which point is pointed at, or null. */
export function draw(
  place: HTMLElement,
  data: ChartData,
  when: { timeZone: string; daily: boolean },
  onPoint: (index: number | null) => void,
): Plot {
  const colour = colours();
  const target = data.target;
  const series: uPlot.Series[] = data.lines.map((line) => seriesOf(line, colour));
  const values = data.lines.map((line) => [...line.values]);
  if (target !== null) {
    series.push({ stroke: colour("danger"), width: 1, dash: [4, 4], points: { show: false } });
    values.push(data.times.map(() => target));
  }
  const [first = 0, second = first + HALF_HOUR_S] = data.times;
  const half = (second - first) / 2;
  const axis = {
    stroke: colour("muted"),
    font: FONT,
    grid: { stroke: colour("line"), width: 1 },
  };
  const plot = new uPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
      tzDate: (at) => uPlot.tzDate(new Date(at * 1_000), when.timeZone),
      // Half a step on both sides, so that the first and the last bar are whole.
      scales: {
        x: { range: (_, from, to) => [from - half, to + half] },
        y: { range: (_, __, most) => [0, data.unit === "share" ? 1 : top(most, target)] },
      },
      axes: [
        {
          ...axis,
          ticks: { stroke: colour("line") },
          values: (_, ticks) => ticks.map((at) => named(at * 1_000, when)),
        },
        {
          ...axis,
          size: 56,
          ticks: { show: false },
          values: (_, ticks) => ticks.map((one) => short(one, data.unit)),
        },
      ],
      series: [{}, ...series],
      hooks: { setCursor: [(made) => onPoint(made.cursor.idx ?? null)] },
    },
    [[...data.times], ...values] as uPlot.AlignedData,
    place,
  );
  return {
    resize: (width) => plot.setSize({ width, height: HEIGHT }),
    destroy: () => plot.destroy(),
  };
}

type Colour = (name: keyof typeof TOKENS) => string;

function colours(): Colour {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(TOKENS[name]).trim();
}

function seriesOf(line: Line, colour: Colour): uPlot.Series {
  const stroke = colour(line.tint);
  if (line.stroke === "bar") {
    const paths = uPlot.paths.bars?.({ size: [0.7, 40] });
    return { stroke, fill: stroke, width: 0, points: { show: false }, ...(paths && { paths }) };
  }
  return {
    stroke,
    width: 2,
    dash: DASHES[line.stroke],
    points: { show: false },
    spanGaps: false,
  };
}

function named(ms: number, when: { timeZone: string; daily: boolean }): string {
  if (!when.daily) return clockTime(ms, when.timeZone);
  const shape = { month: "short", day: "numeric", timeZone: when.timeZone } as const;
  return new Intl.DateTimeFormat("en-US", shape).format(ms);
}

function top(most: number | null, target: number | null): number {
  return Math.max(most ?? 0, target ?? 0, 1) * 1.1;
}

function short(value: number, unit: ChartData["unit"]): string {
  if (unit === "seconds") return `${Math.round(value)} s`;
  return unit === "count" && !Number.isInteger(value) ? "" : shown(value, unit);
}
