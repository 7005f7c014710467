// What the console knows from its socket, as a pure reducer.
//
//   event from the server --reduce--> ConsoleState --> views
//
// It is not the chart (read over HTTP), not the note (note.ts) and not the media (shared/rtc).
// Time is an argument: `now` is this page's clock in ms, and every deadline is on that clock.

import type {
  CallSetup,
  CallStatus,
  OfferCard,
  OfferClosed,
  PractitionerEvent,
  PractitionerSync,
  QueueSummary,
  SessionEnded,
  StatusName,
  UnsignedChart,
  Visit,
} from "../shared/protocol/types";

/** An offer on this page's clock: `deadlineMs` is when the server stops waiting. */
export interface Ringing {
  readonly card: OfferCard;
  readonly deadlineMs: number;
}

/** How the last offer ended, to be said once when it was not this practitioner's doing. */
export interface Settled {
  readonly offerId: string;
  readonly encounterId: string | null;
  readonly state: OfferClosed["state"];
  readonly reason: string | null;
}

export interface ConsoleState {
  readonly synced: boolean;
  readonly practitionerId: string | null;
  readonly status: StatusName;
  readonly statusReason: string | null;
  /** When this practitioner goes off duty by itself; null without a shift, or off duty. */
  readonly shiftEndsAtMs: number | null;
  readonly autoAccept: boolean;
  readonly offer: Ringing | null;
  readonly settled: Settled | null;
  /** The encounter of the call or of the wrap-up; null between exams. */
  readonly encounterId: string | null;
  readonly visit: Visit | null;
  readonly setup: CallSetup | null;
  readonly call: CallStatus | null;
  readonly queue: QueueSummary;
  readonly queueAtMs: number;
  readonly unsigned: readonly UnsignedChart[];
  /** The last thing decided about an encounter that this console had open. */
  readonly decided: { readonly encounterId: string; readonly visit: Visit } | null;
  /** Grows with each `chart.changed`, per encounter: a view re-reads when it does. */
  readonly chartMarks: Readonly<Record<string, number>>;
  readonly ended: SessionEnded["reason"] | null;
}

export const EMPTY: ConsoleState = {
  synced: false,
  practitionerId: null,
  status: "away",
  statusReason: null,
  shiftEndsAtMs: null,
  autoAccept: false,
  offer: null,
  settled: null,
  encounterId: null,
  visit: null,
  setup: null,
  call: null,
  queue: { waiting: 0, oldest_wait_ms: null, practitioners_available: 0 },
  queueAtMs: 0,
  unsigned: [],
  decided: null,
  chartMarks: {},
  ended: null,
};

/** Visits in which the practitioner still works on the encounter. */
const OPEN: ReadonlySet<Visit> = new Set<Visit>(["in_progress", "wrap_up"]);

/** The state as `event` leaves it; events that say nothing about it change nothing. */
export function reduce(
  state: ConsoleState,
  event: PractitionerEvent,
  now: number,
): ConsoleState {
  switch (event.type) {
    case "practitioner.sync":
      return synced(state, event, now);
    case "offer.ringing":
      return { ...state, offer: ringing(event.offer, now), settled: null };
    case "offer.closed":
      return offerClosed(state, event);
    case "status.changed":
      return {
        ...state,
        status: event.status,
        statusReason: event.reason,
        shiftEndsAtMs: event.shift_ends_at_ms,
      };
    case "queue.summary":
      return { ...state, queue: event.queue, queueAtMs: now };
    case "unsigned.changed":
      return { ...state, unsigned: event.unsigned };
    case "chart.changed":
      return marked(state, event.encounter_id);
    case "call.started":
      return callStarted(state, event.setup);
    case "call.changed":
      return callChanged(state, event.call);
    case "visit.changed":
      return visitChanged(state, event.encounter_id, event.visit);
    case "session.ended":
      return { ...state, offer: null, ended: event.reason };
    default:
      return state;
  }
}

/** The acknowledged accept, which may arrive before its events: the encounter is ours. */
export function accepted(state: ConsoleState, card: OfferCard): ConsoleState {
  if (state.encounterId === card.encounter_id) return { ...state, offer: null };
  return {
    ...state,
    offer: state.offer?.card.offer_id === card.offer_id ? null : state.offer,
    encounterId: card.encounter_id,
    visit: "in_progress",
    setup: null,
    call: null,
  };
}

/** The acknowledged park: the chart waits in the list and the practitioner is free. */
export function parked(state: ConsoleState, encounterId: string): ConsoleState {
  if (state.encounterId !== encounterId) return state;
  return { ...state, encounterId: null, visit: null, setup: null, call: null };
}

/** The offer that the page can still answer at `now`, if any. */
export function liveOffer(state: ConsoleState, now: number): Ringing | null {
  return state.offer !== null && now < state.offer.deadlineMs ? state.offer : null;
}

/** How much of the ring is left, from 1 down to 0. */
export function ringLeft(offer: Ringing, now: number): number {
  const whole = Math.max(1, offer.card.ring_ms);
  return Math.min(1, Math.max(0, (offer.deadlineMs - now) / whole));
}

/** How long the oldest eligible patient has waited at `now`, in ms. */
export function oldestWait(state: ConsoleState, now: number): number | null {
  const then = state.queue.oldest_wait_ms;
  return then === null ? null : then + Math.max(0, now - state.queueAtMs);
}

/** Nobody may be offered while one of these lasts. */
export function isBusy(status: StatusName): boolean {
  return status === "in_exam" || status === "wrap_up";
}

/** Unsigned charts that have waited `limitMs` or longer since the call ended. */
export function overdue(
  charts: readonly UnsignedChart[],
  nowWall: number,
  limitMs: number,
): UnsignedChart[] {
  return charts.filter(
    (one) => one.ended_at_ms !== null && nowWall - one.ended_at_ms >= limitMs,
  );
}

function ringing(card: OfferCard, now: number): Ringing {
  return { card, deadlineMs: now + card.expires_in_ms };
}

function synced(state: ConsoleState, event: PractitionerSync, now: number): ConsoleState {
  const same = state.encounterId === event.encounter_id;
  return {
    ...state,
    synced: true,
    practitionerId: event.practitioner_id,
    status: event.status,
    statusReason: null,
    shiftEndsAtMs: event.shift_ends_at_ms,
    autoAccept: event.auto_accept,
    offer: event.offer === null ? null : ringing(event.offer, now),
    settled: null,
    encounterId: event.encounter_id,
    visit: visitOf(event, same ? state.visit : null),
    setup: event.setup,
    call: event.call,
    queue: event.queue,
    queueAtMs: now,
    unsigned: event.unsigned,
    // Events may have been missed, so whatever is open is read again.
    chartMarks:
      event.encounter_id === null ? state.chartMarks : markAll(state, event.encounter_id),
    ended: null,
  };
}

function visitOf(event: PractitionerSync, known: Visit | null): Visit | null {
  if (event.encounter_id === null) return null;
  if (event.status === "wrap_up") return "wrap_up";
  if (event.status === "in_exam") return "in_progress";
  return known;
}

function markAll(state: ConsoleState, encounterId: string): Record<string, number> {
  const marks: Record<string, number> = { [encounterId]: 1 };
  for (const [id, mark] of Object.entries(state.chartMarks)) marks[id] = mark + 1;
  return marks;
}

function marked(state: ConsoleState, encounterId: string): ConsoleState {
  const mark = (state.chartMarks[encounterId] ?? 0) + 1;
  return { ...state, chartMarks: { ...state.chartMarks, [encounterId]: mark } };
}

function offerClosed(state: ConsoleState, event: OfferClosed): ConsoleState {
  const card = state.offer?.card.offer_id === event.offer_id ? state.offer.card : null;
  const settled: Settled = {
    offerId: event.offer_id,
    encounterId: card?.encounter_id ?? null,
    state: event.state,
    reason: event.reason,
  };
  if (card === null) return { ...state, settled };
  if (event.state === "accepted") return { ...accepted(state, card), offer: null, settled };
  return { ...state, offer: null, settled };
}

function callStarted(state: ConsoleState, setup: CallSetup): ConsoleState {
  if (
    state.setup?.encounter_id === setup.encounter_id &&
    setup.generation < state.setup.generation
  )
    return state;
  return {
    ...state,
    encounterId: setup.encounter_id,
    visit: "in_progress",
    setup,
    call: isOf(state.call, setup) ? state.call : null,
    offer: null,
  };
}

/** What was said of an earlier attempt says nothing of this one. */
function isOf(call: CallStatus | null, setup: CallSetup): boolean {
  return call?.encounter_id === setup.encounter_id && call.generation >= setup.generation;
}

function callChanged(state: ConsoleState, call: CallStatus): ConsoleState {
  if (call.encounter_id !== state.encounterId) return state;
  if (state.call !== null && call.generation < state.call.generation) return state;
  return { ...state, call };
}

function visitChanged(state: ConsoleState, encounterId: string, visit: Visit): ConsoleState {
  const next = marked(state, encounterId);
  if (encounterId !== state.encounterId) return next;
  if (OPEN.has(visit)) {
    return visit === "wrap_up" ? { ...next, visit, setup: null } : { ...next, visit };
  }
  return {
    ...next,
    encounterId: null,
    visit: null,
    setup: null,
    call: null,
    decided: { encounterId, visit },
  };
}
