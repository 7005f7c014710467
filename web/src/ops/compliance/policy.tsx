// The switches: what compliance allows at all, and what the operator takes away from that.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { ComplianceView, SwitchesForm } from "../../shared/protocol/types";
import { Field } from "../../shared/ui/Field";
import type { ComplianceDesk } from "./desk";
import { Act } from "./opening";
import { spoken } from "./words";

type Switch = {
  [K in keyof SwitchesForm]: SwitchesForm[K] extends boolean ? K : never;
}[keyof SwitchesForm];
type Listed = Exclude<keyof SwitchesForm, Switch>;

const SWITCHES: readonly (readonly [Switch, string])[] = [
  ["store_and_forward_enabled", "Store-and-forward, where it is signed off"],
  ["audio_only_enabled", "Audio-only, where it is signed off"],
  ["controlled_enabled", "Controlled drugs, as far as the law lets them"],
  ["hard_stop_on_stale_rules", "Stop all exams without valid rules"],
];
const LISTS: readonly (readonly [Listed, string])[] = [
  ["live_only_classes", "Live video only"],
  ["low_risk_classes", "May be store-and-forward"],
  ["no_visual_classes", "May be audio-only"],
  ["minors_enabled", "For patients under 18, with a guardian"],
];

export function Policy(props: { desk: ComplianceDesk; view: ComplianceView }): JSX.Element {
  const { desk, view } = props;
  const edited = useSignal<SwitchesForm | null>(null);
  const reference = useSignal("");
  const shown = edited.value ?? view.allowed;
  return (
    <section aria-labelledby="policy-title">
      <h2 id="policy-title">Policy</h2>
      <ul class="cited">
        {SWITCHES.map(([name, label]) => (
          <li key={name}>
            <label>
              <input
                type="checkbox"
                checked={shown[name]}
                disabled={!view.may_change}
                data-testid={`policy-${name}`}
                onChange={(event) => {
                  edited.value = { ...shown, [name]: event.currentTarget.checked };
                }}
              />
              <span>{label}</span>
            </label>
          </li>
        ))}
      </ul>
      <dl class="policy-lists">
        {LISTS.map(([name, label]) => (
          <div key={name}>
            <dt>{label}</dt>
            <dd>{shown[name].length === 0 ? "None" : shown[name].map(spoken).join(", ")}</dd>
          </div>
        ))}
      </dl>
      <p class="gf-muted gf-small">
        {view.operator === null
          ? "The operator takes nothing away from this."
          : "The operator's own policy is stricter in places."}
      </p>
      {edited.value !== null && (
        <form class="compliance-act" onSubmit={(event) => event.preventDefault()}>
          <Field
            label="Reference"
            name="policy-reference"
            maxLength={200}
            testId="policy-reference"
            value={reference.value}
            onValue={(value) => {
              reference.value = value;
            }}
          />
          <Act
            desk={desk}
            ready={reference.value.trim() !== ""}
            testId="policy-set"
            onAct={async () => {
              const said = reference.value;
              const form = { layer: "compliance", switches: shown, reference: said.trim() };
              if (!(await desk.act("PUT", "policy", form, "Policy set"))) return;
              // What was changed meanwhile stays.
              if (edited.value === shown) edited.value = null;
              if (reference.value === said) reference.value = "";
            }}
          >
            Set the policy
          </Act>
        </form>
      )}
    </section>
  );
}
