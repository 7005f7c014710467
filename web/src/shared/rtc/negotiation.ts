// Perfect negotiation (W3C WebRTC 1.0, section 10.7) as a table, without a connection.
//
// Both sides may offer at any time. When two offers cross, the impolite side ignores the one
// that arrives and the polite side takes its own back (an implicit rollback).
//
//   arriving    we are                          polite     impolite
//   offer       stable, or setting an answer    answer     answer
//   offer       making or holding an offer      answer     ignore
//   answer      holding an offer                apply      apply
//   answer      anything else                   drop       drop
//   rollback    anything                        drop       drop
//
// The first offer of a call is the impolite side's: the polite side waits for it. Both would
// begin at the same moment, and a first offer taken back costs time and, in Chromium, now and
// then the connection.

import type { SessionDescription } from "../protocol/types";

export interface Negotiation {
  readonly polite: boolean;
  /** Between the need to negotiate and the local offer being set. */
  readonly makingOffer: boolean;
  /** The last offer that arrived was ignored: so are the candidates that go with it. */
  readonly ignoreOffer: boolean;
  readonly settingAnswer: boolean;
  /** A description of the other side has been applied. */
  readonly heard: boolean;
  readonly signaling: RTCSignalingState;
}

export type NegotiationEvent =
  | { readonly type: "offer_begun" }
  | { readonly type: "offer_done" }
  | { readonly type: "answer_begun" }
  | { readonly type: "answer_done" }
  | { readonly type: "offer_judged"; readonly ignored: boolean }
  | { readonly type: "remote_applied" }
  | { readonly type: "signaling"; readonly state: RTCSignalingState };

export type Verdict = "answer" | "apply" | "ignore" | "drop";

export function begin(polite: boolean): Negotiation {
  return {
    polite,
    makingOffer: false,
    ignoreOffer: false,
    settingAnswer: false,
    heard: false,
    signaling: "stable",
  };
}

export function reduce(state: Negotiation, event: NegotiationEvent): Negotiation {
  switch (event.type) {
    case "offer_begun":
      return { ...state, makingOffer: true };
    case "offer_done":
      return { ...state, makingOffer: false };
    case "answer_begun":
      return { ...state, settingAnswer: true };
    case "answer_done":
      return { ...state, settingAnswer: false };
    case "remote_applied":
      return { ...state, settingAnswer: false, heard: true };
    case "offer_judged":
      return { ...state, ignoreOffer: event.ignored };
    case "signaling":
      return { ...state, signaling: event.state };
  }
}

/** What to do with an arriving description; read the table at the top. */
export function judge(state: Negotiation, type: SessionDescription["type"]): Verdict {
  if (type === "answer") {
    return state.signaling === "have-local-offer" ? "apply" : "drop";
  }
  if (type === "rollback") {
    return "drop";
  }
  return collides(state) && !state.polite ? "ignore" : "answer";
}

/** Whether to make an offer when the connection says it needs one. It says so again later. */
export function mayOffer(state: Negotiation): boolean {
  const turn = !state.polite || state.heard;
  return turn && state.signaling === "stable" && !state.makingOffer;
}

function collides(state: Negotiation): boolean {
  const ready = !state.makingOffer && (state.signaling === "stable" || state.settingAnswer);
  return !ready;
}
