// How the audit log says what codes mean, and what a search asks the server for. Pure.

import type {
  AuditActionName,
  AuditEntryView,
  AuditOutcomeName,
  AuditPersonView,
} from "../../shared/protocol/types";

export const ACTION: Readonly<Record<AuditActionName, string>> = {
  read: "Read",
  downloaded: "Downloaded or printed",
  exported: "Exported",
  searched: "Searched the audit log",
  denied: "Was refused",
  signed_in: "Signed in",
  signed_out: "Signed out",
  step_up: "Confirmed who they are",
  session_ended: "Ended own sessions",
  resent: "Sent again",
  shredded: "Shredded",
  hold_set: "Set a hold",
  hold_lifted: "Lifted a hold",
  key_rotated: "Rotated a key",
  backed_up: "Made a backup",
  restored: "Restored a backup",
  connected: "Connected another system",
  disconnected: "Disconnected another system",
  break_glass: "Opened charts, or signed in, in an emergency",
  access_ended: "Ended emergency access",
  reviewed: "Reviewed emergency access",
  enrolled: "Set up a second factor",
  unenrolled: "Removed a second factor",
  password_changed: "Changed their password",
  policy_changed: "Changed a policy",
  rules_changed: "Changed what is open, or the rules",
  protocol_changed: "Changed a protocol or its director",
  registered: "Entered a network, spa or site",
  file_changed: "Changed a practitioner's file",
  invited: "Invited somebody",
  uninvited: "Took an invitation back",
  joined: "Accepted an invitation",
  role_changed: "Changed a role",
  account_created: "Created an account",
  account_closed: "Closed an account",
  account_reopened: "Reopened an account",
  recovery_asked: "Asked to be let in again",
  recovery_allowed: "Let somebody in again",
  recovery_refused: "Refused to let somebody in",
  recovered: "Was let in again",
  access_changed: "Changed which software or tablet comes in",
};

export const OUTCOME: Readonly<Record<AuditOutcomeName, string>> = {
  done: "Done",
  refused: "Refused",
  failed: "Failed",
};

const REASON: Readonly<Record<string, string>> = {
  not_found: "not theirs, or not there",
  idle: "nobody was there",
  absolute: "the time of a session was over",
  forbidden: "their role may not",
  not_signed_in: "nobody was signed in",
  session_expired: "the session was over",
  origin_refused: "asked by a page of another site",
  sign_in_failed: "wrong name or password",
  code_refused: "wrong code",
  code_used: "a code that was used before",
  passkey_refused: "a passkey that does not count here",
  challenge_over: "a passkey that came too late, or again",
  enrolment_required: "their second factor is not set up yet",
  step_up_required: "they had to confirm first who they are",
  beyond_your_role: "a role beyond theirs",
  own_account: "their own account",
  invitation_unknown: "a link of no invitation",
  phrase_wrong: "not the words that were shown",
  not_approved: "nobody approved it, or it is over",
  birth_date_wrong: "wrong date of birth",
  link_unknown: "unknown link",
  code_unknown: "unknown code",
  too_many_attempts: "too many attempts",
  break_glass: "by emergency access",
  local_sign_in: "without the provider",
  supervision: "as supervising physician",
  justified: "justified",
  not_justified: "not justified",
};

/** What the form holds; days as 2026-11-28, in the zone of who looks. */
export interface Wanted {
  readonly who: string;
  readonly encounter: string;
  readonly patient: string;
  readonly action: string;
  readonly outcome: string;
  readonly from: string;
  readonly to: string;
}

export const ANYTHING: Wanted = {
  who: "",
  encounter: "",
  patient: "",
  action: "",
  outcome: "",
  from: "",
  to: "",
};

/** The question mark's part of the address; what was left empty is not in it. */
export function queryOf(
  wanted: Wanted,
  people: readonly AuditPersonView[],
  below: string | null = null,
): string {
  const query = new URLSearchParams();
  const put = (name: string, value: string): void => {
    if (value.trim() !== "") query.set(name, value.trim());
  };
  put("actor", actorOf(wanted.who, people));
  put("encounter", wanted.encounter);
  put("patient", wanted.patient);
  put("action", wanted.action);
  put("outcome", wanted.outcome);
  put("since", String(startOf(wanted.from, 0) ?? ""));
  put("until", String(startOf(wanted.to, 1) ?? ""));
  put("below", below ?? "");
  return query.toString();
}

/** A name as it was typed or chosen, as the log has it; what is no name may be an id. */
export function actorOf(typed: string, people: readonly AuditPersonView[]): string {
  const text = typed.trim();
  const found = people.find((one) => one.name.toLowerCase() === text.toLowerCase());
  return found?.actor ?? text;
}

/** When a day begins, or the day so many after it; null where there is none. */
function startOf(day: string, after: number): number | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (found === null) return null;
  const [year, month, date] = found.slice(1).map(Number);
  return new Date(year ?? 0, (month ?? 1) - 1, (date ?? 1) + after).getTime();
}

/** Who it was: a name where there is one, else the pseudonym. */
export function whoOf(one: {
  readonly actor: string;
  readonly actor_name: string | null;
}): string {
  if (one.actor_name !== null) return one.actor_name;
  const [word = "", id = ""] = one.actor.split(":");
  switch (word) {
    case "patient":
      return "The patient";
    case "system":
      return "This server";
    case "anonymous":
      return "Somebody unknown";
    case "operator":
      return `Operator ${id}`;
    default:
      return one.actor;
  }
}

/** What it was about, in a few words. */
export function aboutOf(one: AuditEntryView): string {
  const [, path = one.route] = one.route.split("/api/v1/");
  const where = one.encounter_id === null ? "" : `encounter ${short(one.encounter_id)}`;
  const count =
    one.number === null || one.encounter_id !== null ? "" : `${one.number} in ${path}`;
  return [where, count].filter((each) => each !== "").join(", ") || path;
}

/** What came of it, with the reason in words. */
export function outcomeOf(one: AuditEntryView): string {
  if (one.reason === null) return OUTCOME[one.outcome];
  const why = REASON[one.reason] ?? one.reason.replaceAll("_", " ");
  const times = one.action === "denied" && one.number !== null ? ` (${one.number} times)` : "";
  return `${OUTCOME[one.outcome]}: ${why}${times}`;
}

/** The first eight characters of an id: enough to tell two apart on one page. */
export function short(id: string): string {
  return id.length <= 10 ? id : `${id.slice(0, 8)}…`;
}
