// What must be said aloud, one by one. Confirming a prompt records that it was asked and
// answered now; nothing is confirmed by this page itself.

import type { JSX } from "preact";
import { calendarDay } from "../shared/format";
import type { AccountView, ChartView, Gate } from "../shared/protocol/types";
import { Icon } from "../shared/ui/Icon";
import type { ChartDesk } from "./chart-desk";
import { GATES } from "./targets";
import { GATE_TITLES } from "./words";

export function Prompts(props: {
  chart: ChartDesk;
  view: ChartView;
  account: AccountView;
}): JSX.Element {
  const { chart, view, account } = props;
  const done = GATES.filter((gate) => chart.gate(gate)).length;
  return (
    <section class="prompts" aria-labelledby="prompts">
      <h2 id="prompts" tabIndex={-1}>
        Say and confirm{" "}
        <span class="gf-muted">
          {done} of {GATES.length}
        </span>
      </h2>
      {chart.gateProblem.value !== null && (
        <p role="alert" class="problem">
          {chart.gateProblem.value}
        </p>
      )}
      <ul>
        {GATES.map((gate) => (
          <Prompt key={gate} gate={gate} chart={chart} words={promptOf(gate, view, account)} />
        ))}
      </ul>
    </section>
  );
}

function Prompt(props: { gate: Gate; chart: ChartDesk; words: Words }): JSX.Element {
  const { gate, chart, words } = props;
  const on = chart.gate(gate);
  const id = `gate-${gate}`;
  const signed = chart.view.value?.signed_at_ms != null;
  return (
    <li class="prompt" data-done={on}>
      <input
        id={id}
        type="checkbox"
        checked={on}
        disabled={signed}
        aria-describedby={`${id}-say`}
        data-testid={id}
        onChange={(event) => void chart.confirm(gate, event.currentTarget.checked)}
      />
      <div>
        <label for={id}>
          {GATE_TITLES[gate]}
          {on && (
            <span class="prompt-done">
              <Icon name="check" /> confirmed
            </span>
          )}
        </label>
        <p id={`${id}-say`}>
          {words.say}
          {words.expect !== "" && <span class="prompt-expect">{words.expect}</span>}
        </p>
      </div>
    </li>
  );
}

interface Words {
  readonly say: string;
  /** What the patient gave in the intake, to compare with what is heard or seen. */
  readonly expect: string;
}

function promptOf(gate: Gate, view: ChartView, account: AccountView): Words {
  const { identity, location } = view;
  switch (gate) {
    case "identity":
      return {
        say: "“Please tell me your full name and date of birth.”",
        expect: `${identity.legal_name}, ${calendarDay(identity.birth_date)}`,
      };
    case "location":
      return {
        say: "“Where are you right now: street, city and state?”",
        expect: `${location.street}, ${location.city}, ${location.jurisdiction}`,
      };
    case "disclosure":
      return { say: `“${disclosure(view, account)}”`, expect: "" };
    case "consent":
      return { say: "“Do you agree to be examined by me over this video call?”", expect: "" };
    case "seen_on_video":
      return { say: "I see the patient live on video, and we hear each other.", expect: "" };
  }
}

/** The duty to say who one is, from the authorities that were checked for this exam. */
function disclosure(view: ChartView, account: AccountView): string {
  const places = [...new Set(view.authorities.map((each) => each.jurisdiction))];
  const profession = view.authorities[0]?.profession ?? "";
  const licensed = places.length === 0 ? "" : ` I am licensed in ${places.join(" and ")}.`;
  return `My name is ${account.display_name}${profession === "" ? "" : `, ${profession}`}.${licensed}`;
}
