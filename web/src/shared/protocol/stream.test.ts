import { describe, expect, test } from "vitest";
import {
  ACK_OVERDUE_MS,
  acked,
  CANDIDATE_STALE_MS,
  disconnected,
  dropStale,
  due,
  emptyOutbox,
  nextLook,
  OUTBOX_MAX,
  type Outbox,
  overdue,
  push,
  REPORT_STALE_MS,
  receive,
  retryDelay,
  type Sendable,
  START,
  sent,
  wantsRetry,
} from "./stream";
import type { Ack } from "./types";

const event = (seq: number, stream = "a", type = "queue.changed") => ({ type, stream, seq });
const sync = (seq: number, stream = "a") => event(seq, stream, "patient.sync");
const command = (id: string, type = "queue.join"): Sendable => ({ type, id });
const candidate = (id: string, generation: number): Sendable => ({
  type: "call.candidate",
  id,
  generation,
});
const accepted = (id: string): Ack => ({ ok: true, id, result: null, error: null });
const refused = (id: string, code: string): Ack => ({
  ok: false,
  id,
  result: null,
  error: { code, message: "", retry: true, fields: [], opens_at_ms: null },
});

function boxOf(...commands: Sendable[]): Outbox<Sendable> {
  return commands.reduce((box, each) => push(box, each, 0).outbox, emptyOutbox());
}

describe("events by their number", () => {
  test("the first sync places this client", () => {
    const { position, arrival } = receive(START, sync(7));
    expect(arrival).toBe("deliver");
    expect(position).toEqual({ stream: "a", lastSeq: 7 });
  });

  test("the next number is delivered", () => {
    expect(receive({ stream: "a", lastSeq: 7 }, event(8)).arrival).toBe("deliver");
  });

  test("a last word is delivered whatever its number, and moves nothing", () => {
    const before = { stream: "a", lastSeq: 7 };
    for (const type of ["device.replaced", "session.ended"]) {
      for (const at of [before, START]) {
        const word = { type, stream: "a", seq: 7 };
        expect(receive(at, word)).toEqual({ position: at, arrival: "deliver" });
      }
    }
  });

  test("a number that was seen is a duplicate and moves nothing", () => {
    const before = { stream: "a", lastSeq: 7 };
    for (const seq of [1, 6, 7]) {
      expect(receive(before, event(seq))).toEqual({ position: before, arrival: "duplicate" });
    }
  });

  test("a jump is a gap, and numbering goes on behind it", () => {
    const { position, arrival } = receive({ stream: "a", lastSeq: 7 }, event(10));
    expect(arrival).toBe("gap");
    expect(receive(position, event(11)).arrival).toBe("deliver");
  });

  test("an event before any sync is a gap", () => {
    expect(receive(START, event(1)).arrival).toBe("gap");
  });

  test("an event of a new stream without its sync is a gap", () => {
    expect(receive({ stream: "a", lastSeq: 7 }, event(8, "b")).arrival).toBe("gap");
  });

  test("a sync of a new stream starts afresh, with any number", () => {
    expect(receive({ stream: "a", lastSeq: 700 }, sync(1, "b"))).toEqual({
      position: { stream: "b", lastSeq: 1 },
      arrival: "deliver",
    });
  });

  test("an old sync of the same stream is a duplicate, one with the current number is not", () => {
    expect(receive({ stream: "a", lastSeq: 7 }, sync(6)).arrival).toBe("duplicate");
    expect(receive({ stream: "a", lastSeq: 7 }, sync(7)).arrival).toBe("deliver");
  });
});

describe("the outbox", () => {
  test("sends in order, and each command once", () => {
    let box = boxOf(command("one"), command("two"));
    expect(due(box, 0).map((each) => each.id)).toEqual(["one", "two"]);
    box = sent(box, "one", 5);
    expect(due(box, 5).map((each) => each.id)).toEqual(["two"]);
  });

  test("an acknowledgement settles its command", () => {
    const { outbox, settled } = acked(
      sent(boxOf(command("one")), "one", 5),
      "one",
      accepted("one"),
      6,
    );
    expect(settled).toBe(true);
    expect(outbox.entries).toEqual([]);
  });

  test("a second acknowledgement of the same command changes nothing", () => {
    const box = boxOf(command("one"));
    expect(acked(box, "other", accepted("other"), 1)).toEqual({ outbox: box, settled: false });
  });

  test("a refusal that is final settles too", () => {
    expect(acked(boxOf(command("one")), "one", refused("one", "not_waiting"), 1).settled).toBe(
      true,
    );
  });

  test("`retry` keeps the command under its id and sends it again later", () => {
    const box = sent(boxOf(command("one")), "one", 0);
    const { outbox, settled } = acked(box, "one", refused("one", "retry"), 10);
    expect(settled).toBe(false);
    expect(due(outbox, 10)).toEqual([]);
    expect(due(outbox, 10 + retryDelay(1)).map((each) => each.id)).toEqual(["one"]);
  });

  test("after a reconnect everything unacknowledged is sent again with the same id", () => {
    const box = disconnected(sent(boxOf(command("one")), "one", 0), 50);
    expect(due(box, 50).map((each) => each.id)).toEqual(["one"]);
  });

  test("an acknowledgement that never comes makes the command due again", () => {
    const box = sent(boxOf(command("one")), "one", 0);
    expect(due(overdue(box, ACK_OVERDUE_MS - 1), ACK_OVERDUE_MS)).toEqual([]);
    expect(due(overdue(box, ACK_OVERDUE_MS), ACK_OVERDUE_MS)).toHaveLength(1);
    expect(nextLook(box)).toBe(ACK_OVERDUE_MS);
    expect(nextLook(emptyOutbox())).toBeNull();
  });

  test("candidates of an older generation are dropped by a newer command", () => {
    const { outbox, dropped } = push(boxOf(candidate("old", 1)), candidate("new", 2), 1);
    expect(dropped.map((each) => each.id)).toEqual(["old"]);
    expect(outbox.entries.map((entry) => entry.command.id)).toEqual(["new"]);
  });

  test("candidates grow stale with time, other commands do not", () => {
    const box = boxOf(candidate("c", 1), command("join"));
    const { outbox } = dropStale(box, CANDIDATE_STALE_MS + 1);
    expect(outbox.entries.map((entry) => entry.command.id)).toEqual(["join"]);
  });

  test("a report is of use for some seconds only, in whichever call", () => {
    const report = command("r", "call.report");
    const box = boxOf(candidate("c", 3), report);
    const kept = dropStale(box, REPORT_STALE_MS);
    expect(kept.outbox.entries.map((entry) => entry.command.id)).toEqual(["c", "r"]);
    expect(dropStale(box, REPORT_STALE_MS + 1).dropped).toEqual([report]);
  });

  test("a full outbox gives up a candidate first, else refuses the newcomer", () => {
    const full = boxOf(
      candidate("c", 1),
      ...Array.from({ length: OUTBOX_MAX - 1 }, (_, index) => command(`n${index}`)),
    );
    const first = push(full, command("late"), 1);
    expect(first.dropped.map((each) => each.id)).toEqual(["c"]);
    expect(first.outbox.entries).toHaveLength(OUTBOX_MAX);
    const second = push(first.outbox, command("later"), 2);
    expect(second.dropped.map((each) => each.id)).toEqual(["later"]);
  });

  test("only `retry`, `starting`, `rate_limited` and `database_away` mean the same command again", () => {
    expect(
      ["retry", "starting", "rate_limited", "database_away"].every((code) =>
        wantsRetry(refused("x", code)),
      ),
    ).toBe(true);
    expect(wantsRetry(refused("x", "offer_settled"))).toBe(false);
    expect(wantsRetry(accepted("x"))).toBe(false);
  });

  test("retries slow down and stay bounded", () => {
    expect([1, 2, 3].map(retryDelay)).toEqual([300, 600, 1200]);
    expect(retryDelay(30)).toBe(5_000);
  });
});
