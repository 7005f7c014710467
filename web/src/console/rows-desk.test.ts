import { expect, test } from "vitest";
import type { Ack, DispositionView } from "../shared/protocol/types";
import { RowsDesk } from "./rows-desk";

const OPEN: DispositionView = {
  treatment_class: "filler",
  product: null,
  disposition: null,
  rationale: "",
  order: null,
  order_text: "",
  conditions: "",
  condition: null,
  condition_text: "",
  reasons: [],
  reasons_text: "",
  valid_months: 12,
  approval_barred: false,
  proposal: null,
  order_bar: null,
};
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
