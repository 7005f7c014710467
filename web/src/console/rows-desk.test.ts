import { expect, test } from "vitest";
import type { Ack } from "../shared/protocol/types";
import { undecided } from "./fixtures";
import { RowsDesk } from "./rows-desk";

const OPEN = undecided({ treatment_class: "filler" });
const OK: Ack = { ok: true, id: "1", result: {}, error: null };

function desk(): RowsDesk {
  return new RowsDesk({
    encounterId: "encounter-1",
    send: () => Promise.resolve(OK),
    explain: () => "",
    onSaved: () => undefined,
  });
}

test("a chart that was asked for before a row was saved does not undo it", async () => {
  const rows = desk();
  rows.refresh({ dispositions: [OPEN] });
  rows.edit("filler", { disposition: "deferred", rationale: "Not seen." });
  const since = rows.moment();
  expect(await rows.flush()).toBe(true);
  rows.refresh({ dispositions: [OPEN] }, since);
  expect(rows.rows.value[0]?.now.disposition).toBe("deferred");
  rows.refresh({ dispositions: [{ ...OPEN, disposition: "declined" }] });
  expect(rows.rows.value[0]?.now.disposition).toBe("declined");
});

test("one click defers what could not be seen, and never approves", async () => {
  const rows = desk();
  rows.refresh({ dispositions: [{ ...OPEN, disposition: "approved", rationale: "Fine." }] });
  rows.defer("filler");
  const [row] = rows.rows.value;
  expect([row?.now.disposition, row?.now.reasons]).toEqual([
    "deferred",
    ["needs_more_information"],
  ]);
  expect(await rows.flush()).toBe(true);
});
