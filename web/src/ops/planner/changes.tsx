// What one more practitioner, and one more licence, would give.

import type { JSX } from "preact";
import type { GainView, PlanView } from "../../shared/protocol/types";
import { Term } from "../figure";
import { figure, gainSentence, isSure, some, spanWords } from "./state";

const SHOWN = 6;

export function Changes(props: { plan: PlanView }): JSX.Element {
  const { plan } = props;
  const { one_more: oneMore, licences } = plan;
  return (
    <section aria-labelledby="changes-title">
      <h2 id="changes-title">
        <Term of="planGain">What one change would give</Term>
      </h2>
      {oneMore === null && licences.length === 0 ? (
        <p class="gf-muted">Nothing: nobody waits for want of a practitioner or a licence.</p>
      ) : (
        <ul class="changes" data-testid="plan-changes">
          {licences.map((one) => (
            <li key={`${one.practitioner} ${one.jurisdiction}`}>
              <strong>
                One more licence: {one.practitioner} in {one.jurisdiction}
              </strong>
              <Gain gain={one.gain} />
            </li>
          ))}
          {oneMore !== null && (
            <li>
              <strong>One more practitioner, licensed as {oneMore.like}</strong>
              <Gain gain={oneMore.gain} />
              <span class="gf-small gf-muted">{some(oneMore.jurisdictions, SHOWN)}</span>
            </li>
          )}
        </ul>
      )}
      <p class="gf-small gf-muted">
        Compared on the same patients, {spanWords(plan.window)}, over {plan.compared_days}{" "}
        simulated days.
      </p>
    </section>
  );
}

function Gain(props: { gain: GainView }): JSX.Element {
  const { gain } = props;
  return (
    <span>
      {gainSentence(gain)} (saves {figure(gain.saved_s, "s", 1, 1)}
      {isSure(gain) ? "" : "; may be chance"}).
    </span>
  );
}
