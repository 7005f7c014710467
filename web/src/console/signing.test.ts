import { signal } from "@preact/signals";
import { expect, test } from "vitest";
import type { Ack, ChartView } from "../shared/protocol/types";
import { Signing } from "./signing";

const OLD = { chart_head: "old" } as ChartView;
const NEW = { chart_head: "new" } as ChartView;
const SIGNED: Ack = { ok: true, id: "1", result: {}, error: null };

const refused = (code: string): Ack => {
  const error = { code, message: "", retry: false, fields: [], opens_at_ms: null };
  return { ok: false, id: "1", result: null, error };
};

interface Dialog {
  readonly signing: Signing;
  readonly reviewed: { value: ChartView | null };
  readonly focused: readonly string[];
  readonly answer: (ack: Ack) => void;
}

function dialog(settled: Promise<boolean> = Promise.resolve(true)): Dialog {
  const reviewed = signal<ChartView | null>(OLD);
  const focused: string[] = [];
  let answer: (ack: Ack) => void = () => undefined;
  const chart = {
    view: signal<ChartView | null>(NEW),
    sign: () =>
      new Promise<Ack>((resolve) => {
        answer = resolve;
      }),
    settle: () => settled,
    load: async () => undefined,
  };
  const signing = new Signing(chart, reviewed, (id) => focused.push(id));
  signing.attested.value = true;
  return { signing, reviewed, focused, answer: (ack) => answer(ack) };
}

test("a chart that moved while it was read is shown again, and asked about again", async () => {
  const { signing, reviewed, answer } = dialog();
  const trying = signing.sign();
  answer(refused("chart_head_moved"));
  await trying;
  expect([reviewed.value, signing.attested.value]).toEqual([NEW, false]);
  expect(signing.problem.value).toContain("Read it again");
});

test("whoever went back to the chart is not called out of it", async () => {
  const codes = ["chart_head_moved", "sign_requirements_missing", "retry"];
  for (const code of codes) {
    const { signing, reviewed, focused, answer } = dialog();
    const trying = signing.sign();
    signing.close();
    answer(refused(code));
    await trying;
    expect([reviewed.value, signing.problem.value, focused.length]).toEqual([null, null, 0]);
    expect(signing.busy.value).toBe(false);
  }
});

test("nor is who went back while the chart was saved for another look", async () => {
  let settle: (settled: boolean) => void = () => undefined;
  const settled = new Promise<boolean>((resolve) => {
    settle = resolve;
  });
  const { signing, reviewed, answer } = dialog(settled);
  const trying = signing.sign();
  answer(refused("chart_head_moved"));
  await Promise.resolve();
  signing.close();
  settle(true);
  await trying;
  expect(reviewed.value).toBeNull();
});

test("a chart that is signed is shown as signed, wherever one went meanwhile", async () => {
  const { signing, reviewed, focused, answer } = dialog();
  const trying = signing.sign();
  signing.close();
  answer(SIGNED);
  await trying;
  expect([reviewed.value, focused]).toEqual([null, ["signed"]]);
});
