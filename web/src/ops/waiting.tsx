// Who waits, without any word about who they are.

import type { JSX } from "preact";
import { span } from "../shared/format";
import type { OpsWaiting, PresenceName } from "../shared/protocol/types";
import { Icon } from "../shared/ui/Icon";
import { DEFINITIONS, type Defined } from "./definitions";
import { byWait, concern, placeOf, waitOf } from "./state";

const PRESENCE: Readonly<Record<PresenceName, string>> = {
  present: "Here",
  away: "Stepped away",
  unknown: "Not known",
  gone: "Gone",
};

const COLUMNS: readonly (readonly [string, Defined])[] = [
  ["Wait", "wait"],
  ["On duty", "onDuty"],
  ["Free", "idle"],
];

export function Waiting(props: { waiting: readonly OpsWaiting[]; now: number }): JSX.Element {
  const { waiting, now } = props;
  return (
    <section aria-labelledby="waiting-title">
      <h2 id="waiting-title">Who waits</h2>
      {waiting.length === 0 ? (
        <p class="gf-muted">Nobody waits.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section class="ops-scroll" tabIndex={0} aria-label="Table of who waits">
          <table class="ops-table">
            <thead>
              <tr>
                <th scope="col">Where</th>
                <th scope="col">Wait</th>
                <th scope="col">Patient's page</th>
                <th scope="col">On duty</th>
                <th scope="col">Free</th>
                <th scope="col">Now</th>
              </tr>
            </thead>
            <tbody>
              {byWait(waiting).map((each) => (
                <Row key={each.encounter_id} one={each} now={now} />
              ))}
            </tbody>
          </table>
        </section>
      )}
      {waiting.length > 0 && (
        <dl class="ops-columns">
          {COLUMNS.map(([name, definition]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{DEFINITIONS[definition]}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

function Row(props: { one: OpsWaiting; now: number }): JSX.Element {
  const { one, now } = props;
  const grave = concern(one, now);
  return (
    <tr data-testid="ops-waiting-row" data-concern={grave}>
      <th scope="row">{placeOf(one)}</th>
      <td>{span(waitOf(one, now))}</td>
      <td>{PRESENCE[one.presence]}</td>
      <td>{one.eligible_on_duty}</td>
      <td>{one.eligible_idle}</td>
      <td>
        {grave === "nobody" && (
          <span class="grave">
            <Icon name="warning" /> Nobody licensed on duty
          </span>
        )}
        {grave === "slow" && (
          <span class="slow">
            <Icon name="clock" /> {one.ringing ? "Ringing, over 31 s" : "Over 31 s"}
          </span>
        )}
        {grave === "none" && (one.ringing ? "Ringing" : "In line")}
      </td>
    </tr>
  );
}
