// The two halves of a numbered conversation, pure: what to do with an arriving event, and
// which commands still want an acknowledgement. No socket, no clock: callers pass `now`.
//
//   event   --receive--> deliver | duplicate | gap (deliver it, and ask for a sync)
//   command --push--> WAITING --sent--> IN_FLIGHT --acked--> (gone, its ack is returned)
//                        ^                  |
//                        +--disconnected,---+
//                           retry, overdue
//
// A command keeps its id through every attempt, so the server does it once.

import type { Ack } from "./types";

export const OUTBOX_MAX = 64;
export const CANDIDATE_STALE_MS = 15_000;
export const REPORT_STALE_MS = 4_000;
export const ACK_OVERDUE_MS = 8_000;
export const RETRY_FIRST_MS = 300;
export const RETRY_LAST_MS = 5_000;
export const ATTEMPTS_MAX = 40;

/** Where this client stands in the server's numbering; both null before the first event. */
export interface Position {
  readonly stream: string | null;
  readonly lastSeq: number | null;
}

export interface Numbered {
  readonly type: string;
  readonly stream: string;
  readonly seq: number;
}

export type Arrival = "deliver" | "duplicate" | "gap";

/** Said to one connection before the server hangs up: outside of the numbering. */
const LAST_WORDS: ReadonlySet<string> = new Set(["device.replaced", "session.ended"]);

export const START: Position = { stream: null, lastSeq: null };

/** Judge one event by its number. A `*.sync` carries everything, so it starts afresh. */
export function receive(
  position: Position,
  event: Numbered,
): { position: Position; arrival: Arrival } {
  if (LAST_WORDS.has(event.type)) {
    return { position, arrival: "deliver" };
  }
  const next: Position = { stream: event.stream, lastSeq: event.seq };
  const sameStream = position.stream === event.stream && position.lastSeq !== null;
  if (event.type.endsWith(".sync")) {
    const old = sameStream && event.seq < (position.lastSeq ?? 0);
    return old ? { position, arrival: "duplicate" } : { position: next, arrival: "deliver" };
  }
  if (!sameStream) {
    return { position: next, arrival: "gap" };
  }
  const last = position.lastSeq ?? 0;
  if (event.seq <= last) {
    return { position, arrival: "duplicate" };
  }
  return { position: next, arrival: event.seq === last + 1 ? "deliver" : "gap" };
}

/** The part of a command that the outbox looks at. */
export interface Sendable {
  readonly type: string;
  readonly id: string;
  readonly generation?: number;
}

export interface OutboxEntry<Command extends Sendable> {
  readonly command: Command;
  readonly pushedAt: number;
  /** When it may be sent next; null while an acknowledgement is awaited. */
  readonly dueAt: number | null;
  readonly sentAt: number | null;
  readonly attempts: number;
}

export interface Outbox<Command extends Sendable> {
  readonly entries: readonly OutboxEntry<Command>[];
  /** The newest call generation seen in a command; candidates of older ones are worthless. */
  readonly generation: number;
}

export function emptyOutbox<Command extends Sendable>(): Outbox<Command> {
  return { entries: [], generation: 0 };
}

/** Commands that left the outbox without reaching the server, and why. */
export interface Dropped<Command extends Sendable> {
  readonly outbox: Outbox<Command>;
  readonly dropped: readonly Command[];
}

/** Take a command in. When full, the oldest candidate gives way, else the newcomer does. */
export function push<Command extends Sendable>(
  outbox: Outbox<Command>,
  command: Command,
  now: number,
): Dropped<Command> {
  const generation = Math.max(outbox.generation, command.generation ?? 0);
  const fresh: OutboxEntry<Command> = {
    command,
    pushedAt: now,
    dueAt: now,
    sentAt: null,
    attempts: 0,
  };
  const pruned = dropStale({ ...outbox, generation }, now);
  if (pruned.outbox.entries.length < OUTBOX_MAX) {
    const entries = [...pruned.outbox.entries, fresh];
    return { outbox: { entries, generation }, dropped: pruned.dropped };
  }
  const victim = pruned.outbox.entries.find((entry) => isPerishable(entry.command));
  if (victim === undefined || isPerishable(command)) {
    return { outbox: pruned.outbox, dropped: [...pruned.dropped, command] };
  }
  const entries = [...pruned.outbox.entries.filter((entry) => entry !== victim), fresh];
  return { outbox: { entries, generation }, dropped: [...pruned.dropped, victim.command] };
}

/** Forget candidates and reports that are too old, or candidates of a call before this one. */
export function dropStale<Command extends Sendable>(
  outbox: Outbox<Command>,
  now: number,
): Dropped<Command> {
  const stale = ({ command, pushedAt }: OutboxEntry<Command>): boolean =>
    isReport(command)
      ? now - pushedAt > REPORT_STALE_MS
      : isCandidate(command) &&
        ((command.generation ?? 0) < outbox.generation || now - pushedAt > CANDIDATE_STALE_MS);
  const dropped = outbox.entries.filter(stale).map((entry) => entry.command);
  if (dropped.length === 0) {
    return { outbox, dropped };
  }
  return {
    outbox: { ...outbox, entries: outbox.entries.filter((entry) => !stale(entry)) },
    dropped,
  };
}

/** What may be written to the socket now, oldest first. */
export function due<Command extends Sendable>(
  outbox: Outbox<Command>,
  now: number,
): readonly Command[] {
  return outbox.entries
    .filter((entry) => entry.dueAt !== null && entry.dueAt <= now)
    .map((entry) => entry.command);
}

/** When to look again, or null when nothing is pending. */
export function nextLook<Command extends Sendable>(outbox: Outbox<Command>): number | null {
  const times = outbox.entries.map((entry) =>
    entry.dueAt !== null ? entry.dueAt : (entry.sentAt ?? 0) + ACK_OVERDUE_MS,
  );
  return times.length === 0 ? null : Math.min(...times);
}

export function sent<Command extends Sendable>(
  outbox: Outbox<Command>,
  id: string,
  now: number,
): Outbox<Command> {
  return change(outbox, id, (entry) => ({
    ...entry,
    dueAt: null,
    sentAt: now,
    attempts: entry.attempts + 1,
  }));
}

/** The socket went away: whatever was not acknowledged is sent again when it is back. */
export function disconnected<Command extends Sendable>(
  outbox: Outbox<Command>,
  now: number,
): Outbox<Command> {
  const entries = outbox.entries.map((entry) =>
    entry.dueAt === null ? { ...entry, dueAt: now } : entry,
  );
  return { ...outbox, entries };
}

/** Acknowledgements that never came on a live socket: their commands become due again. */
export function overdue<Command extends Sendable>(
  outbox: Outbox<Command>,
  now: number,
): Outbox<Command> {
  const entries = outbox.entries.map((entry) =>
    entry.dueAt === null && now - (entry.sentAt ?? 0) >= ACK_OVERDUE_MS
      ? { ...entry, dueAt: now }
      : entry,
  );
  return { ...outbox, entries };
}

/** Settle a command, or keep it for another attempt when the server said "again later". */
export function acked<Command extends Sendable>(
  outbox: Outbox<Command>,
  id: string,
  ack: Ack,
  now: number,
): { outbox: Outbox<Command>; settled: boolean } {
  const entry = outbox.entries.find((each) => each.command.id === id);
  if (entry === undefined) {
    return { outbox, settled: false };
  }
  if (wantsRetry(ack) && entry.attempts < ATTEMPTS_MAX) {
    const dueAt = now + retryDelay(entry.attempts);
    return { outbox: change(outbox, id, (old) => ({ ...old, dueAt })), settled: false };
  }
  const entries = outbox.entries.filter((each) => each !== entry);
  return { outbox: { ...outbox, entries }, settled: true };
}

const AGAIN: ReadonlySet<string> = new Set([
  "retry",
  "starting",
  "rate_limited",
  "database_away",
]);

/** Only these refusals mean "the same command, later"; others need a decision first. */
export function wantsRetry(ack: Ack): boolean {
  const code = ack.error?.code;
  return !ack.ok && code !== undefined && AGAIN.has(code);
}

export function retryDelay(attempts: number): number {
  return Math.min(RETRY_LAST_MS, RETRY_FIRST_MS * 2 ** Math.max(0, attempts - 1));
}

function isCandidate(command: Sendable): boolean {
  return command.type === "call.candidate";
}

function isReport(command: Sendable): boolean {
  return command.type === "call.report";
}

/** What may be left out when there is no room: it is of use for some seconds only. */
function isPerishable(command: Sendable): boolean {
  return isCandidate(command) || isReport(command);
}

function change<Command extends Sendable>(
  outbox: Outbox<Command>,
  id: string,
  by: (entry: OutboxEntry<Command>) => OutboxEntry<Command>,
): Outbox<Command> {
  const entries = outbox.entries.map((each) => (each.command.id === id ? by(each) : each));
  return { ...outbox, entries };
}
