// The portal's list as a pure reducer, and what each line says in words.
//
// It is not access control: the server sends a spa only its own encounters.

import type {
  Disposition,
  EncounterRow,
  LinkView,
  SessionEnded,
  SpaEvent,
} from "../shared/protocol/types";
import type { IconName } from "../shared/ui/Icon";

export interface PortalState {
  readonly synced: boolean;
  /** Newest request first. */
  readonly rows: readonly EncounterRow[];
  readonly ended: SessionEnded["reason"] | null;
}

export const EMPTY: PortalState = { synced: false, rows: [], ended: null };

export type Tone = "quiet" | "active" | "good" | "care" | "bad";

/** A line's standing: words first, an icon beside them, colour only as a third sign. */
export interface Standing {
  readonly key: string;
  readonly words: string;
  readonly icon: IconName;
  readonly tone: Tone;
}

export function reduce(state: PortalState, event: SpaEvent): PortalState {
  switch (event.type) {
    case "spa.sync":
      return { synced: true, rows: sorted(event.encounters), ended: null };
    case "encounter.changed":
      return withRow(state, event.encounter);
    case "session.ended":
      return { ...state, ended: event.reason };
    default:
      return state;
  }
}

/** The list with one line new or replaced. */
export function withRow(state: PortalState, row: EncounterRow): PortalState {
  const others = state.rows.filter((one) => one.encounter_id !== row.encounter_id);
  return { ...state, rows: sorted([...others, row]) };
}

/** Links that wait to be given to somebody: a fresher one of an exam stands in the older's place. */
export function withLink(links: readonly LinkView[], fresh: LinkView): readonly LinkView[] {
  const isOfIt = (one: LinkView): boolean => one.encounter_id === fresh.encounter_id;
  if (!links.some(isOfIt)) return [...links, fresh];
  return links.map((one) => (isOfIt(one) ? fresh : one));
}

/** Lines whose patient's name has every word of `query`, in any order, accents aside. */
export function found(rows: readonly EncounterRow[], query: string): readonly EncounterRow[] {
  const words = folded(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const name = folded(row.patient_name);
    return words.every((word) => name.includes(word));
  });
}

const BEFORE_THE_CALL: ReadonlySet<EncounterRow["visit"]> = new Set([
  "requested",
  "intake",
  "waiting",
  "left",
]);

/** Whether the spa may send a new link; to read the answer to photos, or take a copy, too. */
export function canResend(row: EncounterRow): boolean {
  return BEFORE_THE_CALL.has(row.visit) || isSent(row) || row.visit === "signed";
}

/** Whether the spa may still cancel. */
export function canCancel(row: EncounterRow): boolean {
  return BEFORE_THE_CALL.has(row.visit) || row.visit === "submitted";
}

function isSent(row: EncounterRow): boolean {
  return row.visit === "submitted" || row.visit === "in_review";
}

/** Patients whom the staff can call back now, the longest due first. */
export function dueCallbacks(rows: readonly EncounterRow[]): readonly EncounterRow[] {
  return rows
    .filter((row) => row.callback?.due_at_ms != null)
    .sort((a, b) => (a.callback?.due_at_ms ?? 0) - (b.callback?.due_at_ms ?? 0));
}

export function standing(row: EncounterRow): Standing {
  if (row.callback?.due_at_ms != null) return CALL_NOW;
  if (row.callback !== null) return TO_BE_CALLED;
  if (row.visit === "signed") return outcome(Object.values(row.dispositions));
  if (row.visit === "waiting" && (row.presence === "away" || row.presence === "gone")) {
    return AWAY;
  }
  if (row.live_asked) return LIVE_ASKED;
  return STANDINGS[row.visit];
}

/** One treatment's outcome in words; never "may be treated". */
export const OUTCOMES: Readonly<Record<Disposition, Standing>> = {
  approved: { key: "approved", words: "Approved", icon: "check", tone: "good" },
  approved_with_precaution: {
    key: "approved_with_precaution",
    words: "Approved with precaution",
    icon: "warning",
    tone: "care",
  },
  conditional: { key: "conditional", words: "Conditional", icon: "flag", tone: "care" },
  deferred: { key: "deferred", words: "Deferred", icon: "pause", tone: "care" },
  declined: { key: "declined", words: "Declined", icon: "cross", tone: "bad" },
};

const CALL_NOW: Standing = {
  key: "callback_due",
  words: "Call back now",
  icon: "phone",
  tone: "care",
};
const TO_BE_CALLED: Standing = {
  key: "callback",
  words: "Wants a call back",
  icon: "clock",
  tone: "quiet",
};
const LIVE_ASKED: Standing = {
  key: "live_asked",
  words: "Asked for live video",
  icon: "camera",
  tone: "care",
};
const AWAY: Standing = {
  key: "away",
  words: "Waiting, stepped away",
  icon: "pause",
  tone: "care",
};

const STANDINGS: Readonly<Record<Exclude<EncounterRow["visit"], "signed">, Standing>> = {
  requested: { key: "requested", words: "Link sent", icon: "link", tone: "quiet" },
  intake: { key: "intake", words: "Filling in", icon: "pen", tone: "active" },
  waiting: { key: "waiting", words: "Waiting", icon: "clock", tone: "active" },
  in_progress: { key: "in_progress", words: "In call", icon: "camera", tone: "active" },
  wrap_up: { key: "wrap_up", words: "Writing up", icon: "pen", tone: "active" },
  submitted: { key: "submitted", words: "Photos sent", icon: "clock", tone: "active" },
  in_review: { key: "in_review", words: "In review", icon: "pen", tone: "active" },
  cancelled: { key: "cancelled", words: "Cancelled", icon: "cross", tone: "quiet" },
  left: { key: "left", words: "Patient left", icon: "signOut", tone: "quiet" },
  no_show: { key: "no_show", words: "Did not come", icon: "signOut", tone: "quiet" },
  expired: { key: "expired", words: "Link expired", icon: "clock", tone: "quiet" },
};

/** A signed exam in one line: its one outcome, or that there are several. */
function outcome(all: readonly Disposition[]): Standing {
  const different = [...new Set(all)];
  const only = different[0];
  if (only === undefined) {
    return { key: "signed", words: "Signed", icon: "check", tone: "good" };
  }
  if (different.length === 1) {
    const one = OUTCOMES[only];
    return { ...one, key: `signed-${only}`, words: `Signed: ${one.words.toLowerCase()}` };
  }
  return { key: "signed-mixed", words: "Signed: mixed outcome", icon: "flag", tone: "care" };
}

function sorted(rows: readonly EncounterRow[]): EncounterRow[] {
  return [...rows].sort(
    (a, b) =>
      b.requested_at_ms - a.requested_at_ms || (a.encounter_id < b.encounter_id ? -1 : 1),
  );
}

function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
