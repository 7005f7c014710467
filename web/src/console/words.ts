// What the console says about states, reasons and refusals. Pure.

import { clockSeconds } from "../shared/format";
import type {
  Ack,
  CallFailure,
  CallStatus,
  FindingView,
  Gate,
  HealthFlag,
  OfferClosed,
  PersonInRoom,
  StatusName,
  Visit,
} from "../shared/protocol/types";
import type { DeviceProblem } from "../shared/rtc/devices";
import type { LinkState } from "../shared/rtc/ongoing-call";
import { errorSentence } from "../shared/ui/ErrorBox";
import type { PassReason } from "./desk";

/** A refusal as a sentence. */
export function explain(ack: Ack): string {
  return errorSentence(ack.error ?? { code: "other", message: "" });
}

export const STATUS_WORDS: Readonly<Record<StatusName, string>> = {
  available: "Available",
  offered: "Ringing",
  in_exam: "In an exam",
  wrap_up: "Wrap-up",
  away: "Away",
};

/** Why the status changed when it was not the practitioner's doing; null when it was. */
export function statusReasonWords(reason: string | null): string | null {
  switch (reason) {
    case "missed_offer":
      return "You missed an offer. The next one comes after a short pause.";
    case "missed_offers_max":
      return "You missed several offers, so you were set to away. Switch back when you are ready.";
    case "presence_grace_expired":
      return "Your page was not connected for a while, so you were set to away.";
    case "shift_ended":
      return "Your shift is over, so you were set to away. Switch back to work on.";
    case "released":
      return "You handed the patient back, so you were set to away. Switch back when you are ready.";
    default:
      return null;
  }
}

/** How an offer ended, when the practitioner should hear of it. */
export function closedWords(event: OfferClosed): string | null {
  if (event.state === "missed") {
    return "The offer was not answered in time. The patient keeps their place.";
  }
  if (event.state !== "withdrawn") return null;
  switch (event.reason) {
    case "patient_left":
    case "cancelled":
      return "The offer is over: the patient is no longer waiting.";
    case "patient_lost":
      return "The offer is over: the patient's page lost its connection.";
    case "answered_elsewhere":
      return "The offer is over: a colleague answered first.";
    case "practitioner_away":
      return null;
    default:
      return "The offer was withdrawn. The patient keeps their place.";
  }
}

/** What was decided about the encounter that was open. */
export function visitWords(visit: Visit): string | null {
  switch (visit) {
    case "waiting":
      return "The patient is back in the queue, at their original place.";
    case "no_show":
      return "Recorded: the patient did not come.";
    case "left":
      return "The patient left.";
    case "cancelled":
      return "The exam was cancelled.";
    case "expired":
      return "The link of this exam has expired.";
    default:
      return null;
  }
}

export interface CallWords {
  readonly key: "connecting" | "connected" | "reconnecting" | "failed" | "ended";
  readonly words: string;
  readonly detail: string | null;
}

/** One state out of the server's view of both sides and this page's own connection. */
export function callWords(call: CallStatus | null, link: LinkState | null): CallWords {
  if (call?.state === "failed" || link === "failed") {
    return { key: "failed", words: "Call failed", detail: failureWords(call?.reason ?? null) };
  }
  if (call?.state === "ended") return { key: "ended", words: "Call ended", detail: null };
  if (call?.state === "interrupted" || link === "reconnecting") {
    const detail =
      call?.peer_present === false
        ? "The patient's page is not connected. Their place in the exam is kept."
        : "The picture stopped. The call goes on as soon as the network allows.";
    return { key: "reconnecting", words: "Reconnecting", detail };
  }
  if (call?.state === "connected")
    return { key: "connected", words: "Connected", detail: null };
  const detail =
    call?.peer_present === false ? "The patient's page is not connected yet." : null;
  return { key: "connecting", words: "Connecting", detail };
}

/** What is said in place of a picture that would be an old one; null while it is a live one. */
export function coverWords(words: CallWords, call: CallStatus | null): string | null {
  if (words.key === "reconnecting") return words.words;
  return words.key === "connected" && call?.peer_video === false ? "Camera off" : null;
}

function failureWords(reason: CallFailure | null): string {
  switch (reason) {
    case "connect_timeout":
      return "No picture on both sides within 10 seconds.";
    case "ice_failed":
      return "No network path between the two browsers was found.";
    case "fingerprint_mismatch":
      return "The encryption of the call could not be verified, so the call was ended. Somebody may be in between: if a retry fails like this too, do not go on by video.";
    case "media_device":
      return "A camera or microphone could not be opened.";
    case "peer_failed":
      return "The patient's browser gave up.";
    default:
      return "The connection could not be made.";
  }
}

export function deviceWords(problem: DeviceProblem): string {
  switch (problem) {
    case "denied":
      return "This browser is not allowed to use the camera and microphone. Allow both beside the address, then try again.";
    case "missing":
      return "No camera or microphone was found. Connect one, then try again.";
    case "in_app_browser":
      return "This app's built-in browser cannot open the camera. Use Safari, Chrome, Edge or Firefox.";
    default:
      return "The camera or microphone is in use by another program. Close it there, then try again.";
  }
}

export const PASS_REASONS: readonly { readonly value: PassReason; readonly label: string }[] = [
  { value: "busy", label: "Busy" },
  { value: "break", label: "Break" },
  { value: "outside_competence", label: "Outside my competence" },
  { value: "conflict_of_interest", label: "Conflict of interest" },
  { value: "other", label: "Other" },
];

export const SEVERITY_WORDS: Readonly<Record<HealthFlag["severity"], string>> = {
  emergency: "Emergency",
  absolute: "Contraindication",
  review: "Review",
};

const GRAVITY: Readonly<Record<HealthFlag["severity"], number>> = {
  emergency: 0,
  absolute: 1,
  review: 2,
};

/** Gravest first, otherwise as the server sent them. */
export function byGravity(flags: readonly HealthFlag[]): HealthFlag[] {
  return [...flags].sort((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity]);
}

export const GATE_TITLES: Readonly<Record<Gate, string>> = {
  identity: "Identity",
  location: "Location",
  disclosure: "Who I am",
  room: "Who is there",
  guardian: "Guardian",
  complaint_notice: "Where to complain",
  physician_request: "A physician offered",
  consent: "Consent",
  private_answers: "Private answers",
  seen_on_video: "Seen on video",
};

/** Refusals that mean something particular here. */
export const CODES: Readonly<Record<string, string>> = {
  closed: "This page is no longer connected. Load it again.",
  not_sent: "This could not be sent. Please try again.",
  not_signed_in: "You are signed out. Load the page and sign in again.",
  offer_settled: "This offer is over. The patient keeps their place.",
  offer_not_yours: "This offer went to somebody else.",
  not_waiting: "The patient is no longer waiting.",
  not_authorized_here: "You have no active authority in the jurisdiction of this exam.",
  illegal_transition: "This is not possible at this point of the exam.",
  chart_head_moved: "The chart changed while you were reading it.",
  sign_requirements_missing: "Something that is required is still missing.",
};

export const COMPANIONS: Readonly<Record<PersonInRoom["who"], string>> = {
  parent: "Parent",
  guardian: "Guardian",
  partner: "Partner",
  family: "Family",
  friend: "Friend",
  staff: "Spa staff",
  other: "Somebody else",
};

/** Who is with the patient, as said last. */
export function roomWords(room: readonly PersonInRoom[] | null): string {
  if (room === null) return "The patient has not said.";
  if (room.length === 0) return "Nobody else, says the patient.";
  return room
    .map(({ who, name }) => (name === "" ? COMPANIONS[who] : `${COMPANIONS[who]} ${name}`))
    .join(", ");
}

const EMERGENCIES: Readonly<Record<string, string>> = {
  anaphylaxis: "severe allergic reaction",
  vision_loss: "loss of sight",
  stroke_signs: "signs of a stroke",
  chest_pain: "chest pain",
  dyspnoea: "trouble breathing",
  suicidality: "thoughts of self-harm",
  other: "asked for help",
};

export function emergencyWords(flags: readonly string[]): string {
  return flags.map((each) => EMERGENCIES[each] ?? each.replaceAll("_", " ")).join(", ");
}

/** What became of a tick, in words. */
export function standingWords(finding: Pick<FindingView, "standing" | "at_ms">): string {
  const at = finding.at_ms === null ? "" : ` at ${clockSeconds(finding.at_ms)}`;
  switch (finding.standing) {
    case "seen":
      return `Seen${at}, while video flowed both ways.`;
    case "pending":
      return `Noted${at}. The video of that moment is still being measured.`;
    case "unseen":
      return `No video flowed both ways${at}. Look again, then tick.`;
    default:
      return "Needed to approve.";
  }
}
