// Every half hour as a row: colour and words for what it misses.

import type { JSX } from "preact";
import type { PlanIntervalView, PlanView } from "../../shared/protocol/types";
import { Icon } from "../../shared/ui/Icon";
import type { Defined } from "../definitions";
import { Term } from "../figure";
import { bindingWords, figure, heatOf, MISSES, momentWords, scaleOf, some } from "./state";

const COLUMNS: readonly (readonly [string, Defined])[] = [
  ["Misses", "planMisses"],
  ["Patients", "planPatients"],
  ["On duty", "planOnDuty"],
  ["Needed", "planNeeded"],
  ["Can grow", "planScale"],
  ["Bound by", "planBinding"],
  ["Bound", "planBound"],
  ["Mean wait", "planAsa"],
  ["In time", "planLevel"],
  ["Worst", "planWorst"],
  ["Busy", "planBusy"],
  ["One more", "planOneMore"],
];
const NAMES = 2;

export function HalfHours(props: { plan: PlanView }): JSX.Element {
  return (
    <section aria-labelledby="half-hours-title">
      <h2 id="half-hours-title">Half hours</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="ops-scroll planner-scroll" tabIndex={0} aria-label="Table of half hours">
        <table class="ops-table planner-table" data-testid="plan-table">
          <thead>
            <tr>
              <th scope="col">From</th>
              {COLUMNS.map(([name, definition]) => (
                <th scope="col" key={name}>
                  <Term of={definition}>{name}</Term>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {props.plan.intervals.map((one) => (
              <Row key={one.starts_at_ms} one={one} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Row(props: { one: PlanIntervalView }): JSX.Element {
  const { one } = props;
  const { measured, bound } = one;
  const { worst } = measured;
  return (
    <tr data-heat={heatOf(one)}>
      <th scope="row">{momentWords(one.starts_at_ms)}</th>
      <td class="planner-misses">
        <Misses one={one} />
      </td>
      <td>{one.patients.toFixed(1)}</td>
      <td>{one.on_duty.toFixed(1)}</td>
      <td>{needed(one)}</td>
      <td>{scaleOf(one)}</td>
      <td>{bindingWords(one.binding)}</td>
      <td>{bound?.asa_s == null ? "–" : `${bound.asa_s.toFixed(1)} s`}</td>
      <td>{figure(measured.asa_s, "s")}</td>
      <td>{figure(measured.service_level, "%", 100)}</td>
      <td>
        {worst === null ? "–" : `${worst.jurisdiction} ${worst.wait_s.value.toFixed(0)} s`}
      </td>
      <td>{figure(measured.occupancy, "%", 100)}</td>
      <td>{figure(one.one_more_saved_s, "s")}</td>
    </tr>
  );
}

function needed(one: PlanIntervalView): string {
  const exact = one.needed === null ? "no number" : String(one.needed);
  return `${exact} (√ ${one.square_root.toFixed(1)})`;
}

function Misses(props: { one: PlanIntervalView }): JSX.Element {
  const { missed, uncovered } = props.one;
  if (missed.length === 0) {
    return (
      <span class="within">
        <Icon name="check" /> Nothing
      </span>
    );
  }
  const words = missed.map((name) =>
    name === "uncovered" ? `${MISSES[name]} in ${some(uncovered, NAMES)}` : MISSES[name],
  );
  return (
    <span class={heatOf(props.one) === "grave" ? "grave" : "slow"}>
      <Icon name="warning" /> {words.join(", ")}
    </span>
  );
}
