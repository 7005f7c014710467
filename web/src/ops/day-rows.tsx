// One row for each day, the newest first, each leading to its half hours.

import type { JSX } from "preact";
import { calendarDay, seconds } from "../shared/format";
import type { OpsDateView } from "../shared/protocol/types";
import { percent } from "./state";
import { hashOf } from "./tabs";

const HEADINGS = [
  "Day",
  "Ready",
  "Answered",
  "Left",
  "Connect, mean",
  "Connect, 90 %",
  "Wait, mean",
  "Wait, 90 %",
  "Service level",
  "Occupancy",
  "Missed offers",
];

export function DayRows(props: { days: readonly OpsDateView[] }): JSX.Element {
  const days = [...props.days].reverse();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="ops-scroll" tabIndex={0} aria-label="Table of days">
      <table class="ops-table" data-testid="history-days">
        <thead>
          <tr>
            {HEADINGS.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map(({ date, whole }) => (
            <tr key={date}>
              <th scope="row">
                <a href={hashOf({ tab: "history", rest: date })}>{calendarDay(date)}</a>
              </th>
              <td>{whole.arrived}</td>
              <td>{whole.answered}</td>
              <td>{whole.abandoned}</td>
              <td>{seconds(whole.connect.mean_ms)}</td>
              <td>{seconds(whole.connect.p90_ms)}</td>
              <td>{seconds(whole.wait.mean_ms)}</td>
              <td>{seconds(whole.wait.p90_ms)}</td>
              <td>{percent(whole.level_strict)}</td>
              <td>{percent(whole.occupancy)}</td>
              <td>{whole.offers_missed}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
