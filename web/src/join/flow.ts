// Which screen shows. Pure: from what the server says and the little that only this page knows.
//
//   visit requested, intake   the step: holder, identity, guardian, location, treatments, health,
//                             way (photos or video, where offered), consent, photos, device,
//                             ready (or an earlier one, by Back)
//                             callback, when the patient asked to be called back
//                             not_served, when the rules permit no exam of this, here
//   visit waiting             waiting; not_served; consent, after another place was given
//   visit in_progress         call
//   visit submitted,          sent
//   in_review
//   visit wrap_up, signed     after
//   visit left, cancelled,    ended (left: callback, as above)
//   no_show, expired

import type {
  ForwardView,
  JoinStateView,
  KioskView,
  Step,
  Visit,
} from "../shared/protocol/types";

export type IntakeStep = Exclude<Step, "done"> | "way";
export type ScreenName =
  | IntakeStep
  | "emergency"
  | "not_served"
  | "waiting"
  | "sent"
  | "callback"
  | "call"
  | "after"
  | "ended";

/** What the page is, before and beside a session. */
export type Phase =
  | { readonly name: "loading" }
  | { readonly name: "unreachable" }
  | { readonly name: "gate" }
  | { readonly name: "kiosk"; readonly kiosk: KioskView }
  | { readonly name: "no_link" }
  | { readonly name: "flow" }
  | { readonly name: "replaced" }
  | { readonly name: "closed"; readonly code: string }
  | { readonly name: "forgetting" };

export const ORDER: readonly IntakeStep[] = [
  "holder",
  "identity",
  "guardian",
  "location",
  "treatments",
  "health",
  "way",
  "consent",
  "photos",
  "device",
  "ready",
];

export const PROGRESS_STEPS = 5;

const PROGRESS: Readonly<Record<IntakeStep, number>> = {
  holder: 1,
  identity: 1,
  guardian: 1,
  location: 2,
  treatments: 2,
  health: 3,
  way: 4,
  consent: 4,
  photos: 5,
  device: 5,
  ready: 5,
};

const BY_VISIT: Readonly<Partial<Record<Visit, ScreenName>>> = {
  waiting: "waiting",
  in_progress: "call",
  submitted: "sent",
  in_review: "sent",
  wrap_up: "after",
  signed: "after",
  left: "ended",
  cancelled: "ended",
  no_show: "ended",
  expired: "ended",
};

export interface FlowState {
  readonly view: JoinStateView;
  /** From the socket, when it knows better than the last answer. */
  readonly visit: Visit | null;
  /** The earlier step that the patient went back to. */
  readonly back: IntakeStep | null;
  /** The emergency notice was read in this page. */
  readonly emergencyRead: boolean;
  /** The patient asked to be called back, and the server said yes. */
  readonly calledBack: boolean;
}

const MAY_BE_CALLED: ReadonlySet<Visit> = new Set<Visit>(["requested", "intake", "left"]);

const SENT: ReadonlySet<Visit> = new Set<Visit>(["submitted", "in_review"]);

/** Where the visit stands: as the socket says, but of a review only the answers tell. */
export function visitOf(live: Visit | null, view: JoinStateView): Visit {
  return live === null || SENT.has(live) || SENT.has(view.visit) ? view.visit : live;
}

export function screenOf(state: FlowState): ScreenName {
  const visit = visitOf(state.visit, state.view);
  if (state.calledBack && MAY_BE_CALLED.has(visit)) {
    return "callback";
  }
  if (visit === "waiting") {
    return whileWaiting(state);
  }
  const byVisit = BY_VISIT[visit];
  if (byVisit !== undefined) {
    return byVisit;
  }
  if (state.view.emergency && !state.emergencyRead) {
    return "emergency";
  }
  const step = state.view.step === "done" ? "ready" : state.view.step;
  const { back } = state;
  if (back !== null && ORDER.indexOf(back) < ORDER.indexOf(step)) {
    return back;
  }
  if (!isServed(state.view)) {
    return "not_served";
  }
  return step === "consent" && mustChoose(state.view.forward) ? "way" : step;
}

/** Photos could do, and the patient has not said yet. */
function mustChoose(forward: ForwardView | null): boolean {
  return forward?.offered === true && !forward.chosen;
}

function whileWaiting(state: FlowState): ScreenName {
  if (!isServed(state.view)) {
    return state.back === "location" ? "location" : "not_served";
  }
  return state.view.step === "consent" ? "consent" : "waiting";
}

/** Whether the rules permit an exam of this, here; true as long as it is not known. */
export function isServed(view: JoinStateView): boolean {
  return view.coverage === null || view.coverage.permitted;
}

/** The step before this one, or null at the first and outside of the intake. */
export function stepBefore(
  screen: ScreenName,
  kiosk: boolean,
  minor = false,
  forward: ForwardView | null = null,
): IntakeStep | null {
  const photos = forward?.active === true;
  const shown: Readonly<Partial<Record<IntakeStep, boolean>>> = {
    holder: kiosk,
    guardian: minor,
    way: forward?.offered === true,
    photos,
    device: !photos,
    ready: !photos,
  };
  const steps = ORDER.filter((step) => shown[step] ?? true);
  const index = steps.indexOf(screen as IntakeStep);
  return index > 0 ? (steps[index - 1] ?? null) : null;
}

/** 1 to 5 during the intake, null elsewhere. */
export function progressOf(screen: ScreenName): number | null {
  return PROGRESS[screen as IntakeStep] ?? null;
}

/** From which step on the page keeps a live connection: early enough that "ready" is quick. */
export function wantsSocket(screen: ScreenName): boolean {
  return [
    "not_served",
    "device",
    "ready",
    "waiting",
    "sent",
    "callback",
    "call",
    "after",
  ].includes(screen);
}

/** Privacy comes before sensitive questions on a shared tablet, or when it was asked for. */
export function needsPrivacy(view: JoinStateView): boolean {
  return view.kiosk || view.privacy_requested;
}

/** The secret of a link's fragment, or null. Exactly 43 characters of base64url. */
export function secretOf(hash: string): string | null {
  const secret = hash.replace(/^#/, "");
  return /^[A-Za-z0-9_-]{43}$/.test(secret) ? secret : null;
}

/** A kiosk code as typed, as the wire wants it: upper case, XXXX-XXXX; null when it is none. */
export function kioskCode(typed: string): string | null {
  const letters = typed.toUpperCase().replaceAll(/[^0-9A-Z]/g, "");
  return letters.length === 8 ? `${letters.slice(0, 4)}-${letters.slice(4)}` : null;
}
