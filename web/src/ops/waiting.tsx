// Who waits, without any word about who they are: the longest waits, and a button to raise one.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { span } from "../shared/format";
import { type ApiError, api, asApiError } from "../shared/http";
import type { OpsSync, OpsWaiting, PresenceName } from "../shared/protocol/types";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { Icon } from "../shared/ui/Icon";
import { DEFINITIONS, type Defined } from "./definitions";
import { concern, type Limits, limitsOf, placeOf, waitOf } from "./state";

const PRIORITY_MAX = 5;
const PRESENCE: Readonly<Record<PresenceName, string>> = {
  present: "Here",
  away: "Stepped away",
  unknown: "Not known",
  gone: "Gone",
};
const HEADINGS = ["Where", "Wait", "Patient's page", "On duty", "Free", "Now", "Priority"];
const EXPLAINED: readonly (readonly [string, Defined])[] = [
  ["Wait", "wait"],
  ["On duty", "onDuty"],
  ["Free", "idle"],
  ["Priority", "priority"],
];

export function Waiting(props: { sync: OpsSync; now: number }): JSX.Element {
  const { waiting, waiting_total: total } = props.sync.now;
  const refusal = useSignal<ApiError | null>(null);
  return (
    <section aria-labelledby="waiting-title">
      <h2 id="waiting-title">Who waits</h2>
      <ErrorBox error={refusal.value} />
      {waiting.length === 0 ? (
        <p class="gf-muted">Nobody waits.</p>
      ) : (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
          <section class="ops-scroll" tabIndex={0} aria-label="Table of who waits">
            <table class="ops-table">
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
                {waiting.map((each) => (
                  <Row
                    key={each.encounter_id}
                    one={each}
                    now={props.now}
                    limits={limitsOf(props.sync)}
                    onRefusal={(error) => {
                      refusal.value = error;
                    }}
                  />
                ))}
              </tbody>
            </table>
          </section>
          {total > waiting.length && (
            <p class="gf-small gf-muted">
              The first {waiting.length} in line of {total}.
            </p>
          )}
          <dl class="ops-columns">
            {EXPLAINED.map(([name, definition]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{DEFINITIONS[definition]}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </section>
  );
}

function Row(props: {
  one: OpsWaiting;
  now: number;
  limits: Limits;
  onRefusal: (error: ApiError | null) => void;
}): JSX.Element {
  const { one, now } = props;
  const grave = concern(one, now, props.limits);
  return (
    <tr data-testid="ops-waiting-row" data-concern={grave}>
      <th scope="row">{placeOf(one)}</th>
      <td>{span(waitOf(one.ready_at_ms, now))}</td>
      <td>{PRESENCE[one.presence]}</td>
      <td>{one.eligible_on_duty}</td>
      <td>{one.eligible_idle}</td>
      <td>
        <Standing one={one} grave={grave} />
      </td>
      <td>
        <Priority one={one} onRefusal={props.onRefusal} />
      </td>
    </tr>
  );
}

function Standing(props: { one: OpsWaiting; grave: ReturnType<typeof concern> }): JSX.Element {
  const ringing = props.one.ringing ? "Ringing" : "In line";
  switch (props.grave) {
    case "nobody":
      return (
        <span class="grave">
          <Icon name="warning" /> Nobody licensed on duty
        </span>
      );
    case "late":
      return (
        <span class="grave">
          <Icon name="warning" /> {ringing}, too long
        </span>
      );
    case "slow":
      return (
        <span class="slow">
          <Icon name="clock" /> {ringing}, over 31 s
        </span>
      );
    default:
      return <span>{ringing}</span>;
  }
}

function Priority(props: {
  one: OpsWaiting;
  onRefusal: (error: ApiError | null) => void;
}): JSX.Element {
  const { one } = props;
  const busy = useSignal(false);
  const raise = async (): Promise<void> => {
    busy.value = true;
    try {
      await api("POST", `/api/v1/ops/encounters/${one.encounter_id}/priority`, {
        priority: one.priority + 1,
      });
      props.onRefusal(null);
    } catch (thrown) {
      props.onRefusal(asApiError(thrown));
    }
    busy.value = false;
  };
  return (
    <span class="gf-row priority">
      <span data-testid="ops-priority">{one.priority}</span>
      <button
        type="button"
        class="quiet"
        disabled={busy.value || one.priority >= PRIORITY_MAX}
        aria-label={`Raise the priority of the patient in ${placeOf(one)}`}
        data-testid="ops-raise"
        onClick={() => void raise()}
      >
        <Icon name="plus" />
        Raise
      </button>
    </span>
  );
}
