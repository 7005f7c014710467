// What must be said aloud, one by one. Confirming a prompt records that it was asked and
// answered now; nothing is confirmed by this page itself.

import type { JSX } from "preact";
import { calendarDay } from "../shared/format";
import type { AccountView, ChartView, Gate } from "../shared/protocol/types";
import { Icon } from "../shared/ui/Icon";
import { Notice } from "../shared/ui/Notice";
import type { ChartDesk } from "./chart-desk";
import { HeardElsewhere } from "./heard-elsewhere";
import { RoomEditor } from "./room-editor";
import { GATE_TITLES, roomWords } from "./words";

export function Prompts(props: {
  chart: ChartDesk;
  view: ChartView;
  account: AccountView;
}): JSX.Element {
  const { chart, view, account } = props;
  const gates = Object.keys(view.gates) as Gate[];
  const done = gates.filter((gate) => chart.gate(gate)).length;
  return (
    <section class="prompts" aria-labelledby="prompts">
      <h2 id="prompts" tabIndex={-1}>
        Say and confirm{" "}
        <span class="gf-muted">
          {done} of {gates.length}
        </span>
      </h2>
      {view.consent_withdrawn && (
        <Notice tone="error" live="assertive" testId="consent-withdrawn">
          <p>
            The patient took their consent back. The exam is over: only deferring or declining
            can be signed.
          </p>
        </Notice>
      )}
      {view.privacy_requested && (
        <Notice tone="warn" live="polite" testId="privacy-requested">
          <p>The patient asks for privacy. Wait until they are alone.</p>
        </Notice>
      )}
      {chart.gateProblem.value !== null && (
        <p role="alert" class="problem">
          {chart.gateProblem.value}
        </p>
      )}
      <ul>
        {gates.map((gate) => (
          <Prompt key={gate} gate={gate} chart={chart} words={promptOf(gate, view, account)} />
        ))}
      </ul>
      {view.visit === "in_progress" && <HeardElsewhere chart={chart} view={view} />}
      {view.signed_at_ms === null && <RoomEditor chart={chart} view={view} />}
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
    case "room":
      return { say: "“Who is with you in the room?”", expect: roomWords(view.room) };
    case "guardian":
      return {
        say: "“What is your name, and what are you to the patient? Do you agree to this exam, and will you stay?”",
        expect: guardianWords(view),
      };
    case "complaint_notice":
      return {
        say: "“You can complain about me to the board that licenses me; the notice you read says how.”",
        expect: "",
      };
    case "physician_request":
      return { say: "“Would you like to be seen by a physician instead?”", expect: "" };
    case "consent":
      return {
        say: view.minor
          ? "To the guardian, then the patient: “Do you agree to this exam by me over this video call?”"
          : "“Do you agree to be examined by me over this video call?”",
        expect: "",
      };
    case "private_answers":
      return {
        say: "“Are you alone now? I would like to go through your private answers.”",
        expect: view.privacy_requested ? "Privacy was asked for; not alone yet." : "",
      };
    case "seen_on_video":
      return { say: "I see the patient live on video, and we hear each other.", expect: "" };
  }
}

function guardianWords(view: ChartView): string {
  const { guardian } = view;
  if (guardian === null) return "No guardian is named.";
  const relation = guardian.relationship === "parent" ? "parent" : "legal guardian";
  return `${guardian.legal_name}, ${relation}, born ${calendarDay(guardian.birth_date)}`;
}

/**
 * The duty to say who one is, from the authorities that were checked for this exam: the one where
 * the patient is comes first, with its number.
 */
function disclosure(view: ChartView, account: AccountView): string {
  const here = view.location.jurisdiction;
  const first = view.authorities.filter((each) => each.jurisdiction === here);
  const held = [...first, ...view.authorities.filter((each) => each.jurisdiction !== here)];
  const profession = held[0]?.profession ?? "";
  const name = `My name is ${account.display_name}${profession === "" ? "" : `, ${profession}`}.`;
  const licences = held.map(({ jurisdiction, kind, number, collaborating_physician: with_ }) =>
    [
      `In ${jurisdiction} I act under ${kind} ${number}`,
      with_ === null ? "." : `, with ${with_} as collaborating physician.`,
    ].join(""),
  );
  return [name, ...licences].join(" ");
}
