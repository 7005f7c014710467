// Emergency access, for the role `compliance`: who opened charts, when, why, and how much was
// read; the review. Never the chart: whoever reviews has no part in anybody's care.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { clockTime, dayAndTime } from "../../shared/format";
import type { EmergencyReviewView } from "../../shared/protocol/types";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { AreaField } from "../../shared/ui/Field";
import { LiveRegion, Notice } from "../../shared/ui/Notice";
import type { EmergencyDesk } from "./desk";
import "./emergency-access.css";
import {
  NOTE_MAX,
  NOTE_MIN,
  readingsWords,
  signedInWords,
  standingWords,
  VERDICT,
  type VerdictName,
  waitingWords,
} from "./words";

/** Above every tab of compliance for as long as something waits. */
export function EmergencyNotice(props: {
  desk: EmergencyDesk;
  href: string;
}): JSX.Element | null {
  const words = waitingWords(props.desk.waiting.value);
  if (words === null) return null;
  return (
    <Notice tone="error" live="assertive" testId="emergency-waiting">
      <p>
        <strong>{words}</strong> <a href={props.href}>Review it</a>
      </p>
    </Notice>
  );
}

/** The same, where somebody signed in without their provider. */
export function SignInNotice(props: { desk: EmergencyDesk; href: string }): JSX.Element | null {
  const words = signedInWords(props.desk.signedIn.value);
  if (words === null) return null;
  return (
    <Notice tone="error" live="assertive" testId="emergency-signed-in">
      <p>
        <strong>{words}</strong> <a href={props.href}>Look at it</a>
      </p>
    </Notice>
  );
}

export function EmergencyReviews(props: { desk: EmergencyDesk }): JSX.Element {
  const { desk } = props;
  const view = desk.view.value;
  useEffect(() => {
    void desk.load();
    return () => desk.leave();
  }, [desk]);
  return (
    <section aria-labelledby="emergency-title" data-testid="emergency-reviews">
      <h2 id="emergency-title">Emergency access</h2>
      <p class="gf-muted">
        A practitioner opened charts of a patient whom they do not treat, for 60 minutes and for
        the reason that they gave. What is found not to be justified ends at once, if it is
        still open; that it was justified is said when it is over. Which charts were read when,
        the audit log says.
      </p>
      <ErrorBox error={desk.error.value} onRetry={() => void desk.load()} />
      <LiveRegion text={desk.said.value} />
      {view !== null && view.accesses.length === 0 && (
        <p>Nobody has opened charts in an emergency.</p>
      )}
      <ul class="emergency-reviews">
        {view?.accesses.map((one) => (
          <Access key={one.id} desk={desk} one={one} />
        ))}
      </ul>
    </section>
  );
}

function Access(props: { desk: EmergencyDesk; one: EmergencyReviewView }): JSX.Element {
  const { desk, one } = props;
  return (
    <li data-testid="emergency-review" data-reviewed={one.verdict !== null}>
      <h3>
        {one.practitioner_name}, {dayAndTime(one.started_at_ms)} to {clockTime(one.over_at_ms)}
      </h3>
      <p class="emergency-standing">{standingWords(one)}</p>
      <blockquote>
        {one.reason ?? "The record was destroyed, and the reason with it."}
      </blockquote>
      <p class="gf-muted gf-small">
        {readingsWords(one.readings)}; opened by exam {one.encounter_id}
      </p>
      {one.verdict === null ? (
        <Review desk={desk} one={one} />
      ) : (
        <p>
          <strong>{VERDICT[one.verdict]}</strong>, {one.reviewed_by}
          {one.reviewed_at_ms !== null && `, ${dayAndTime(one.reviewed_at_ms)}`}
          {one.note !== null && `: ${one.note}`}
        </p>
      )}
    </li>
  );
}

function Review(props: { desk: EmergencyDesk; one: EmergencyReviewView }): JSX.Element {
  const { desk, one } = props;
  const note = useSignal("");
  const busy = useSignal(false);
  const ready = note.value.trim().length >= NOTE_MIN;

  async function say(verdict: VerdictName): Promise<void> {
    if (busy.value || !ready) return;
    busy.value = true;
    await desk.review(one.id, { verdict, note: note.value.trim() });
    busy.value = false;
  }

  return (
    <>
      <AreaField
        label="What you found"
        help={ready ? "It stands beside the reason." : "A few words, before you say either."}
        name={`note-${one.id}`}
        testId="emergency-note"
        maxLength={NOTE_MAX}
        rows={2}
        value={note.value}
        onValue={(value) => {
          note.value = value;
        }}
      />
      <div class="gf-row emergency-verdict">
        {!one.open && (
          <button
            type="button"
            data-testid="emergency-justified"
            disabled={!ready}
            aria-busy={busy.value}
            onClick={() => void say("justified")}
          >
            Justified
          </button>
        )}
        <button
          type="button"
          class="secondary"
          data-testid="emergency-not-justified"
          disabled={!ready}
          aria-busy={busy.value}
          onClick={() => void say("not_justified")}
        >
          {one.open ? "Not justified: end it now" : "Not justified"}
        </button>
      </div>
    </>
  );
}
