// What counsel signed off in one jurisdiction: each form of exam apart, each with a reference.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { isoDay } from "../../shared/format";
import type { JurisdictionView, SignOffForm, SignOffView } from "../../shared/protocol/types";
import { Field, SelectField } from "../../shared/ui/Field";
import type { ComplianceDesk } from "./desk";
import { Act } from "./opening";
import { SIGNED_OFF } from "./words";

type What = SignOffForm["what"];
const WHAT: readonly What[] = ["store_and_forward", "audio_only", "definition_opinion"];

export function SignOffs(props: {
  desk: ComplianceDesk;
  place: JurisdictionView;
}): JSX.Element {
  const { desk, place } = props;
  return (
    <section aria-labelledby="sign-offs-title">
      <h3 id="sign-offs-title">Signed off by counsel</h3>
      <ul class="cited" data-testid="sign-offs">
        {WHAT.map((what) => {
          const signed = place.sign_offs.find((one) => one.what === what);
          return (
            <li key={what}>
              <strong>{SIGNED_OFF[what]}</strong>: {signed === undefined ? "no" : said(signed)}
            </li>
          );
        })}
      </ul>
      {desk.view.value?.may_change === true && <SignOffActs desk={desk} place={place} />}
    </section>
  );
}

function SignOffActs(props: { desk: ComplianceDesk; place: JurisdictionView }): JSX.Element {
  const { desk, place } = props;
  const what = useSignal<What>("store_and_forward");
  const counsel = useSignal("");
  const reference = useSignal("");
  const form = (): { jurisdiction: string; what: What; reference: string } => ({
    jurisdiction: place.code,
    what: what.value,
    reference: reference.value.trim(),
  });
  const referred = reference.value.trim() !== "";
  return (
    <details>
      <summary>Enter or withdraw a sign-off</summary>
      <form class="compliance-act" onSubmit={(event) => event.preventDefault()}>
        <SelectField
          label="What"
          name="what"
          value={what.value}
          options={WHAT.map((one) => ({ value: one, label: SIGNED_OFF[one] ?? one }))}
          onValue={(value) => {
            what.value = value as What;
          }}
        />
        <Field
          label="Counsel"
          name="counsel"
          maxLength={120}
          testId="sign-off-counsel"
          value={counsel.value}
          onValue={(value) => {
            counsel.value = value;
          }}
        />
        <Field
          label="Reference"
          name="sign-off-reference"
          maxLength={200}
          testId="sign-off-reference"
          value={reference.value}
          onValue={(value) => {
            reference.value = value;
          }}
        />
        <div class="gf-row">
          <Act
            desk={desk}
            ready={referred && counsel.value.trim() !== ""}
            testId="sign-off-enter"
            onAct={async () => {
              const signed = { ...form(), signed_by: counsel.value.trim() };
              await desk.act("POST", "sign-offs", signed, "Sign-off entered");
            }}
          >
            Enter
          </Act>
          <Act
            desk={desk}
            ready={referred}
            testId="sign-off-withdraw"
            quiet={true}
            onAct={async () => {
              await desk.act("POST", "withdrawals", form(), "Sign-off withdrawn");
            }}
          >
            Withdraw
          </Act>
        </div>
      </form>
    </details>
  );
}

function said(one: SignOffView): string {
  return `${one.signed_by}, ${isoDay(new Date(one.signed_at_ms))}, ${one.reference}`;
}
