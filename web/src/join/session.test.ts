import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Ack } from "../shared/protocol/types";
import { asked, last, pageAt, settled, standIn, viewOf } from "./fixtures";
import { putGuardian, putRoom } from "./gates";

beforeEach(standIn);
afterEach(() => void vi.unstubAllGlobals());

const CONSENT = viewOf({ step: "consent" });
const GUARDIAN = {
  legal_name: "Eva Roth",
  birth_date: "1980-01-01",
  relationship: "parent",
  phone: "+16025550100",
  present: true,
} as const;

test.each(["guardian", "modality"])(
  "whoever goes back while %s is saved stays",
  async (path) => {
    const session = await pageAt(CONSENT);
    const acts = {
      guardian: () => putGuardian(session, GUARDIAN),
      modality: () => session.forward.choose("live_video"),
    };
    void acts[path as keyof typeof acts]();
    session.goBack();
    const screen = session.screen.value;
    await last(`PUT ${path}`).answer(CONSENT);
    expect([screen, session.screen.value]).toEqual(["health", "health"]);
  },
);

test("an answer from before takes nothing of a newer one away: it is asked again", async () => {
  const session = await pageAt(viewOf());
  const refreshed = session.refresh();
  const before = last("GET state");
  void session.putPrivacy(false);
  await last("PUT privacy").answer(viewOf({ emergency: true }));
  await before.answer(viewOf({ emergency: false }));
  expect(session.screen.value).toBe("emergency");
  await last("GET state").answer(viewOf({ emergency: true, privacy_requested: true }));
  await refreshed;
  expect(session.view.value?.privacy_requested).toBe(true);
});

test.each(["forgetting", "closed"])("nothing comes back to a page that is %s", async (name) => {
  const session = await pageAt(viewOf({ kiosk: name === "forgetting" }));
  void session.refresh();
  void session.putPrivacy(true);
  const late = [last("GET state"), last("PUT privacy")];
  if (name === "forgetting") {
    void session.end();
  } else {
    void session.refresh();
    await last("GET state").answer({ error: { code: "not_signed_in" } }, 401);
  }
  for (const one of late) await one.answer(viewOf());
  expect([session.phase.value.name, session.view.value]).toEqual([name, null]);
});

test("a refusal that comes late closes no page that is being forgotten", async () => {
  const session = await pageAt(viewOf({ kiosk: true }));
  void session.refresh();
  const late = last("GET state");
  void session.end();
  await late.answer({ error: { code: "not_signed_in" } }, 401);
  expect(session.phase.value.name).toBe("forgetting");
});

test("who is there is said after what is on its way, of whom the server then knows", async () => {
  const session = await pageAt(viewOf());
  const [partner, staff] = [{ who: "partner" as const }, { who: "staff" as const }];
  void putRoom(session, (known) => [...known, partner]);
  void putRoom(session, (known) => [...known, staff]);
  await last("PUT room").answer(viewOf({ room: [{ ...partner, name: "" }] }));
  await settled();
  const bodies = asked.filter((one) => one.what === "PUT room").map((one) => one.body);
  expect(bodies).toEqual([
    { people: [partner] },
    { people: [{ who: "partner", name: "" }, staff] },
  ]);
});

test("help is called for whatever else is on its way, and a refusal of it is said", async () => {
  const session = await pageAt(viewOf());
  const answers: ((ack: Ack) => void)[] = [];
  vi.spyOn(session.room, "callForHelp").mockImplementation(
    () => new Promise((resolve) => answers.push(resolve)),
  );
  void session.putPrivacy(false);
  void session.help.call();
  void session.help.call();
  expect([session.busy.value, session.help.pressed.value, answers.length]).toEqual([
    true,
    true,
    1,
  ]);
  answers[0]?.({ ok: false, id: "1", result: null, error: null });
  await settled();
  expect(session.help.refusal.value?.code).toBe("other");
  void session.help.call();
  expect([session.help.refusal.value, answers.length]).toEqual([null, 2]);
  answers[1]?.({ ok: true, id: "2", result: null, error: null });
  await settled();
  await last("GET state").answer(viewOf({ emergency_raised: true }));
  expect(session.view.value?.emergency_raised).toBe(true);
});
