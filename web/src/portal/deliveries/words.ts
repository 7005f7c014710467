// Deliveries in words: topics, states, and why something was not taken.

import { dayAndTime } from "../../shared/format";
import type {
  DeliveriesView,
  DeliveryTopic,
  DeliveryView,
  EndpointView,
} from "../../shared/protocol/types";
import type { IconName } from "../../shared/ui/Icon";
import type { Act } from "./acts";

export const TOPICS: readonly { readonly word: DeliveryTopic; readonly words: string }[] = [
  { word: "encounter.requested", words: "An exam was requested" },
  { word: "encounter.signed", words: "A chart was signed" },
  { word: "encounter.amended", words: "A signed chart was added to" },
  { word: "review.answered", words: "A review of photos was answered" },
  { word: "authorization.ended", words: "An authorization ended early" },
  { word: "log.checkpoint", words: "Checkpoints of the record's log" },
];

const TOPIC_WORDS: ReadonlyMap<string, string> = new Map([
  ...TOPICS.map((each): [string, string] => [each.word, each.words]),
  ["ping", "Test message"],
]);

const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ["address_refused", "The address is not one of the public internet"],
  ["answered", "Refused"],
  ["redirected", "Redirected, which is not followed"],
  ["timed_out", "No answer in time"],
  ["name_unknown", "The name is not known"],
  ["tls_failed", "The certificate does not hold"],
  ["not_connected", "No connection"],
  ["disconnected", "The connection broke"],
  ["answer_unreadable", "The answer was not HTTP"],
  ["gone", "The receiver said that it is gone"],
  ["disabled", "The endpoint was disabled"],
  ["restored", "Not sent: the server was restored from a backup"],
  ["not_opened", "A key is missing here"],
  ["not_registered", "Not registered there yet"],
  ["no_key", "None of our keys is taken there"],
  ["algorithm_unknown", "No algorithm of ours is taken there"],
  ["discovery_failed", "It does not say where we sign in"],
  ["discovery_unreadable", "What it says of signing in cannot be used"],
  ["token_refused", "We could not sign in there"],
  ["token_unreadable", "What we were given to sign in cannot be used"],
  ["not_authorized", "We may not write there"],
  ["refused", "The record system refused the chart"],
  ["no_encounter", "It is about no encounter"],
  ["not_found", "There is no signed chart of it"],
  ["too_large", "The chart is too large"],
  ["signature_doubtful", "The chart's signature does not fit it"],
  ["audit_unavailable", "The audit log could not be written"],
  ["expired", "The link stopped before it was sent"],
  ["record_shredded", "The record was destroyed"],
  ["internal", "An error here"],
]);

/** Of a FHIR server, before the code of what it found wrong. */
const FHIR = "fhir_";

const REASONS: ReadonlyMap<string, string> = new Map([
  ["by_hand", "Disabled by hand."],
  ["gone", "Disabled: the receiver answered that it is gone (410)."],
  ["failing", "Disabled: nothing was taken for three days."],
]);

export interface Tag {
  readonly key: string;
  readonly tone: "quiet" | "active" | "good" | "care" | "bad";
  readonly icon: IconName;
  readonly words: string;
}

export function topicWords(topic: string): string {
  return TOPIC_WORDS.get(topic) ?? topic;
}

/** What an endpoint is told, in the order of the form. */
export function told(one: EndpointView): string {
  const known = TOPICS.filter((each) => one.topics.includes(each.word));
  return known.map((each) => each.words.toLowerCase()).join("; ");
}

/** What goes there, and how the receiver knows that it is from us. */
export function factsOf(one: EndpointView): string {
  const old = one.old_secret_until_ms === null ? "" : dayAndTime(one.old_secret_until_ms);
  if (one.channel === "emr") {
    const begun = `A record system: signed charts go there whole, as FHIR, when this happens: ${told(one)}.`;
    const key = "We sign in there with a private key of ours.";
    return [begun, key, old && `The key before is published, too, until ${old}.`]
      .filter((each) => each !== "")
      .join(" ");
  }
  const signed = one.scheme === "v1" ? "a shared secret (v1)" : "a private key of ours (v1a)";
  const begun = `It is told: ${told(one)}. Signed with ${signed}.`;
  return old === "" ? begun : `${begun} The secret before signs, too, until ${old}.`;
}

/** What can be done with it here: keys of a record system are for who runs the server. */
export function actsOf(one: EndpointView): readonly Act[] {
  if (one.state === "disabled") return ["enable"];
  return one.channel === "emr" ? ["disable"] : ["ping", "secret", "disable"];
}

/** There is no room for another active webhook; record systems take none. */
export function isFull(view: DeliveriesView): boolean {
  const active = view.endpoints.filter(
    (each) => each.channel === "webhook" && each.state === "active",
  );
  return active.length >= view.endpoints_max;
}

export function reasonWords(reason: string | null): string {
  return REASONS.get(reason ?? "") ?? "Disabled.";
}

export function tagOf(one: DeliveryView): Tag {
  switch (one.state) {
    case "delivered":
      return { key: "delivered", tone: "good", icon: "check", words: "Delivered" };
    case "dead":
      return { key: "dead", tone: "bad", icon: "cross", words: "Given up" };
    case "sending":
      return { key: "sending", tone: "active", icon: "refresh", words: "Being sent" };
    case "waiting":
      return one.attempts === 0
        ? { key: "waiting", tone: "quiet", icon: "clock", words: "Waiting" }
        : { key: "retrying", tone: "care", icon: "clock", words: "To be tried again" };
  }
}

export function endpointTag(one: EndpointView): Tag {
  if (one.state === "disabled") {
    return { key: "disabled", tone: "quiet", icon: "cross", words: "Disabled" };
  }
  if (one.failing_since_ms !== null) {
    const since = dayAndTime(one.failing_since_ms);
    return { key: "failing", tone: "bad", icon: "warning", words: `Failing since ${since}` };
  }
  return { key: "active", tone: "good", icon: "check", words: "Active" };
}

function outcomeWords(outcome: string): string {
  const known = OUTCOMES.get(outcome);
  if (known === undefined && outcome.startsWith(FHIR)) {
    const code = outcome.slice(FHIR.length).replaceAll("_", " ");
    return `The record system refused the chart: ${code}`;
  }
  return known ?? outcome;
}

/** What came of the attempts, and when the next one is; empty before the first. */
export function detailOf(one: DeliveryView): string {
  const parts: string[] = [];
  if (one.state !== "delivered" && one.outcome !== null) {
    const status = one.status === null ? "" : ` (${one.status})`;
    parts.push(`${outcomeWords(one.outcome)}${status}`);
  }
  if (one.attempts > 1) parts.push(`${one.attempts} attempts`);
  if (one.next_at_ms !== null && one.attempts > 0) {
    parts.push(`next ${dayAndTime(one.next_at_ms)}`);
  }
  return parts.join(", ");
}

/** The host of an address: what tells endpoints apart when read out. */
export function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

/** May it be sent again: it is over, and the endpoint is told. */
export function canResend(endpoint: EndpointView, one: DeliveryView): boolean {
  return endpoint.state === "active" && (one.state === "delivered" || one.state === "dead");
}

/** Where anybody has the newest checkpoint of the log. */
export const CHECKPOINT = "/log/checkpoint";

/** What a checkpoint that is kept is called: by its day, in UTC as its records say it. */
export function checkpointFile(now: Date): string {
  return `checkpoint-${now.toISOString().slice(0, 10)}.txt`;
}
