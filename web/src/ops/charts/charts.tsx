// The four charts of some half hours or days, and the same figures as a table.

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { clockTime, dayOf } from "../../shared/format";
import { percent } from "../state";
import { Chart } from "./chart";
import { ends, type Sample, shares, shown, waits } from "./series";

export interface ChartsProps {
  readonly samples: readonly Sample[];
  readonly targetMs: number;
  readonly timeZone: string;
  readonly daily?: boolean;
}

export function Charts(props: ChartsProps): JSX.Element {
  const { samples, targetMs } = props;
  const drawn = useMemo(
    () =>
      [
        ["Connect time", waits(samples, "connect", targetMs)],
        ["Queue wait", waits(samples, "wait", targetMs)],
        ["Patients", ends(samples)],
        ["Service level at 31 s, and occupancy", shares(samples)],
      ] as const,
    [samples, targetMs],
  );
  const shared = { timeZone: props.timeZone, daily: props.daily === true };
  return (
    <>
      <div class="charts">
        {drawn.map(([title, data]) => (
          <Chart key={title} title={title} data={data} {...shared} />
        ))}
      </div>
      <details class="chart-table">
        <summary>The figures of the charts as a table</summary>
        <SampleTable {...props} />
      </details>
    </>
  );
}

const HEADINGS = [
  "Ready",
  "Answered",
  "Left",
  "Connect, median",
  "Connect, 90 %",
  "Wait, median",
  "Wait, 90 %",
  "Service level",
  "Occupancy",
];

function SampleTable(props: ChartsProps): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="ops-scroll" tabIndex={0} aria-label="Table of the charts' figures">
      <table class="ops-table">
        <thead>
          <tr>
            <th scope="col">{props.daily === true ? "Day" : "From"}</th>
            {HEADINGS.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.samples.map((one) => (
            <tr key={one.at_ms}>
              <th scope="row">
                {props.daily === true
                  ? dayOf(one.at_ms, "en-US", props.timeZone)
                  : clockTime(one.at_ms, props.timeZone)}
              </th>
              <td>{one.arrived}</td>
              <td>{one.answered}</td>
              <td>{one.abandoned}</td>
              <td>{inSeconds(one.connect_p50_ms)}</td>
              <td>{inSeconds(one.connect_p90_ms)}</td>
              <td>{inSeconds(one.wait_p50_ms)}</td>
              <td>{inSeconds(one.wait_p90_ms)}</td>
              <td>{percent(one.level_strict)}</td>
              <td>{percent(one.occupancy)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function inSeconds(ms: number | null): string {
  return shown(ms === null ? null : ms / 1_000, "seconds");
}
