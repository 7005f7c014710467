// How many who may see patients are rostered, by jurisdiction and hour of one day; every gap is
// named in words, so that nobody has to count cells.

import type { JSX } from "preact";
import type { CoverageView } from "../../shared/protocol/types";
import { SelectField } from "../../shared/ui/Field";
import type { RosterDesk } from "./desk";
import { byCover, coverSummary, daysOf, gapWords, HOURS } from "./week";
import { dayWords } from "./week-table";

const NUMBERS = Array.from({ length: HOURS }, (_, hour) => String(hour).padStart(2, "0"));

export function Coverage(props: { desk: RosterDesk; coverage: CoverageView }): JSX.Element {
  const { desk, coverage } = props;
  const rows = byCover(coverage.rows);
  const days = daysOf(desk.monday.value);
  const options = days.includes(desk.day.value) ? days : [desk.day.value, ...days];
  return (
    <section class="coverage" aria-labelledby="coverage-title" data-testid="coverage">
      <div class="roster-head">
        <h2 id="coverage-title">Licensed and rostered</h2>
        <SelectField
          label="Day"
          name="day"
          testId="coverage-day"
          value={desk.day.value}
          onValue={(day) => desk.showDay(day)}
          options={options.map((day) => ({ value: day, label: dayWords(day) }))}
        />
      </div>
      <p role="status">{coverSummary(rows)}</p>
      <p class="gf-small gf-muted">
        An hour counts when somebody is planned, and licensed, for the whole of it.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="ops-scroll coverage-scroll" tabIndex={0} aria-label="Coverage by hour">
        <table class="coverage-table">
          <thead>
            <tr>
              <th scope="col" class="coverage-place">
                Place
              </th>
              <th scope="col" class="coverage-words">
                Gaps
              </th>
              {NUMBERS.map((hour) => (
                <th key={hour} scope="col">
                  {hour}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.jurisdiction} data-testid={`coverage-${row.jurisdiction}`}>
                <th scope="row">
                  <abbr title={row.name}>{row.jurisdiction}</abbr>
                </th>
                <td class="coverage-gaps">{gapWords(row)}</td>
                {row.rostered.map((count, hour) => (
                  <td key={NUMBERS[hour]} data-covered={count > 0}>
                    {count}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
