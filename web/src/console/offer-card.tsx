// An offer that rings. Enter accepts and Escape passes only while this card has the focus, and
// it takes the focus only from somebody who is not writing.

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { span } from "../shared/format";
import { treatmentName } from "../shared/treatments";
import { Icon } from "../shared/ui/Icon";
import type { Desk, PassReason } from "./desk";
import { FlagList } from "./flag-list";
import { sinceLastKey } from "./focus";
import { isTextField } from "./keys";
import { type Ringing, ringLeft } from "./state";
import { deviceWords, PASS_REASONS } from "./words";

/** Somebody at the keyboard may hit a key that was meant for where the focus was. */
const AT_KEYBOARD_MS = 1_000;
const SETTLE_MS = 600;
const DRAW_EVERY_MS = 100;

export function OfferCardView(props: { desk: Desk; offer: Ringing }): JSX.Element {
  const { desk, offer } = props;
  const { card } = offer;
  const element = useRef<HTMLElement>(null);
  const [reason, setReason] = useState<PassReason>("busy");
  const deafUntil = useFocus(element);

  function onKey(event: KeyboardEvent): void {
    if (event.repeat || event.altKey || event.ctrlKey || event.metaKey) return;
    if (performance.now() < deafUntil.current) return;
    if (event.key === "Enter" && event.target === element.current) {
      event.preventDefault();
      void desk.accept();
    } else if (event.key === "Escape") {
      event.preventDefault();
      void desk.pass(reason);
    }
  }

  return (
    <section
      ref={element}
      id="offer"
      class="offer"
      tabIndex={-1}
      aria-labelledby="offer-title"
      data-testid="offer-card"
      onKeyDown={onKey}
    >
      <RingBar offer={offer} />
      <div class="offer-body">
        <div class="offer-facts">
          <h2 id="offer-title">
            <Icon name="bell" /> A patient is ready
          </h2>
          <p class="offer-who">
            {card.age_years} years · {places(card.jurisdiction, card.site_jurisdiction)} ·{" "}
            {card.language === "es" ? "Spanish" : "English"}
          </p>
          <ul class="offer-treatments" aria-label="Treatments">
            {card.treatments.map((each) => (
              <li key={`${each.treatment_class}:${each.product}`}>
                {treatmentName(each, "en")}
              </li>
            ))}
          </ul>
          <Waited since={waitingSince(offer)} now={desk.now.value} />
        </div>
        <FlagList flags={card.flags} empty="Nothing flagged in the answers." />
        <Answer desk={desk} reason={reason} setReason={setReason} />
        <p class="gf-small gf-muted offer-hint">
          Enter accepts, Esc passes, while this card has the focus (Alt + O). Your camera is
          open now; nobody sees you before you accept.
        </p>
      </div>
    </section>
  );
}

function Answer(props: {
  desk: Desk;
  reason: PassReason;
  setReason: (reason: PassReason) => void;
}): JSX.Element {
  const { desk, reason, setReason } = props;
  const problem = desk.call.problem.value;
  return (
    <div class="offer-answer">
      {problem !== null && (
        <p class="offer-problem" role="alert">
          {deviceWords(problem)}
        </p>
      )}
      <button
        type="button"
        data-testid="offer-accept"
        aria-disabled={desk.answering.value}
        onClick={() => void desk.accept()}
      >
        <Icon name="camera" />
        Accept
      </button>
      <div class="offer-pass">
        <label>
          <span class="visually-hidden">Reason to pass</span>
          <select
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value as PassReason)}
          >
            {PASS_REASONS.map((each) => (
              <option key={each.value} value={each.value}>
                {each.label}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          class="secondary"
          data-testid="offer-pass"
          aria-disabled={desk.answering.value}
          onClick={() => void desk.pass(reason)}
        >
          Pass
        </button>
      </div>
    </div>
  );
}

/** What is left of the ring, as a bar that shrinks and a number that says the same. */
function RingBar(props: { offer: Ringing }): JSX.Element {
  const { offer } = props;
  const [now, setNow] = useState(Date.now());
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), DRAW_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const left = ringLeft(offer, now);
  useEffect(() => bar.current?.style.setProperty("--left", String(left)), [left]);
  const leftS = Math.max(0, Math.ceil((offer.deadlineMs - now) / 1_000));
  return (
    <div class="offer-ring">
      <div ref={bar} class="offer-ring-bar" data-late={leftS <= 5} />
      <span role="timer" aria-label={`${leftS} seconds left`}>
        {leftS} s
      </span>
    </div>
  );
}

function Waited(props: { since: number; now: number }): JSX.Element {
  return (
    <p class="gf-muted gf-small">Waiting for {span(Math.max(0, props.now - props.since))}</p>
  );
}

/** When the wait began, on this page's clock: the server's is not compared with it. */
function waitingSince({ card, deadlineMs }: Ringing): number {
  const receivedAt = deadlineMs - card.expires_in_ms;
  return receivedAt - (card.now_ms - card.waiting_since_ms);
}

function places(patient: string, site: string): string {
  return patient === site ? patient : `${patient}, site in ${site}`;
}

/** Take the focus, unless somebody is writing or a dialog is open. Says until when to be deaf. */
function useFocus(element: { readonly current: HTMLElement | null }): {
  readonly current: number;
} {
  const deafUntil = useRef(0);
  useEffect(() => {
    const focused = document.activeElement as HTMLInputElement | null;
    if (isTextField(focused) || document.querySelector("dialog[open]") !== null) return;
    if (sinceLastKey() < AT_KEYBOARD_MS) deafUntil.current = performance.now() + SETTLE_MS;
    element.current?.focus();
  }, [element]);
  return deafUntil;
}
