import { describe, expect, test } from "vitest";
import type { ForwardView, JoinStateView, Visit } from "../shared/protocol/types";
import {
  type FlowState,
  kioskCode,
  needsPrivacy,
  ORDER,
  progressOf,
  screenOf,
  secretOf,
  stepBefore,
  wantsSocket,
} from "./flow";
import { idleState } from "./idle";

function view(change: Partial<JoinStateView> = {}): JoinStateView {
  const site = {
    site_id: "s",
    name: "Glow",
    street: "1 Main St",
    city: "Scottsdale",
    jurisdiction: "AZ",
    postal_code: "85251",
    spa_name: "Glow",
  };
  return {
    encounter_id: "e",
    step: "identity",
    visit: "intake",
    kiosk: false,
    site,
    network_name: "n",
    language: "en",
    holder: null,
    privacy_requested: false,
    identity: null,
    suggested_name: "",
    location: null,
    treatments: [],
    treatment_options: [],
    answers: {},
    answers_done: false,
    minor: false,
    guardian: null,
    room: null,
    room_confirmed: false,
    emergency_steps: "",
    emergency_raised: false,
    location_heard: null,
    consent_withdrawn: false,
    emergency: false,
    consent_texts: [],
    consents_done: false,
    device_test_done: false,
    admission: null,
    coverage: null,
    forward: null,
    callback: null,
    result: null,
    demo: true,
    ...change,
  };
}

const FORWARD: ForwardView = {
  offered: true,
  chosen: false,
  active: false,
  upgraded: false,
  wanted: ["face_front_relaxed"],
  missing: ["face_front_relaxed"],
  uploads: [],
  images_max: 24,
  record_pages_max: 20,
  file_bytes_max: 12_000_000,
  submitted_at_ms: null,
  due_at_ms: null,
  reviewer: null,
};

function state(change: Partial<FlowState> = {}): FlowState {
  const nothing = { visit: null, back: null, emergencyRead: false, calledBack: false };
  return { view: view(), ...nothing, ...change };
}

describe("another place, heard in the call", () => {
  const heard = (step: "location" | "consent" | "ready", visit: "in_progress" | "waiting") =>
    screenOf(state({ view: view({ step, visit, location_heard: "NV" }) }));
  test("asks for place and consent beside the call, and then it is the call again", () => {
    expect(heard("location", "in_progress")).toBe("relocation");
    expect(heard("consent", "in_progress")).toBe("relocation");
    expect(heard("ready", "in_progress")).toBe("call");
  });
  test("asks for the place in line", () => {
    expect(heard("location", "waiting")).toBe("relocation");
    expect(heard("ready", "waiting")).toBe("waiting");
  });
  test("a call that has just begun is not asked about an older answer", () => {
    const at = view({ step: "consent", visit: "waiting" });
    expect(screenOf(state({ view: at, visit: "in_progress" }))).toBe("call");
  });
});

describe("what is not served", () => {
  const coverage = {
    permitted: false,
    reason: "not_served",
    places: ["NV"],
    unserved: ["filler"],
  };

  test("is said before the health questions", () => {
    expect(screenOf(state({ view: view({ step: "health", coverage }) }))).toBe("not_served");
  });

  test("leaves the way back to the place and the treatments", () => {
    const at = view({ step: "health", coverage });
    expect(screenOf(state({ view: at, back: "location" }))).toBe("location");
    expect(screenOf(state({ view: at, back: "treatments" }))).toBe("treatments");
  });

  test("is said to somebody who waits when it was closed meanwhile", () => {
    const at = view({ step: "ready", visit: "waiting", coverage });
    expect(screenOf(state({ view: at }))).toBe("not_served");
  });

  test("says nothing where it is served", () => {
    const served = { ...coverage, permitted: true, reason: null, unserved: [] };
    const at = view({ step: "health", coverage: served });
    expect(screenOf(state({ view: at }))).toBe("health");
  });
});

describe("somebody who waits", () => {
  test("is asked for consent again after another place was given", () => {
    const at = view({ step: "consent", visit: "waiting" });
    expect(screenOf(state({ view: at }))).toBe("consent");
  });
});

describe("the screen", () => {
  test("of somebody who is to be called back says so, until they wait or are over", () => {
    const calledBack = true;
    expect(screenOf(state({ view: view({ step: "ready" }), calledBack }))).toBe("callback");
    expect(screenOf(state({ visit: "left", calledBack }))).toBe("callback");
    expect(screenOf(state({ visit: "waiting", calledBack }))).toBe("waiting");
    expect(screenOf(state({ visit: "cancelled", calledBack }))).toBe("ended");
    expect(wantsSocket("callback")).toBe(true);
  });

  test("during the intake it is the server's step", () => {
    for (const step of ORDER.filter((one) => one !== "way")) {
      expect(screenOf(state({ view: view({ step }) }))).toBe(step);
    }
  });

  test.each<[Visit, string]>([
    ["requested", "identity"],
    ["waiting", "waiting"],
    ["in_progress", "call"],
    ["wrap_up", "after"],
    ["submitted", "sent"],
    ["in_review", "sent"],
    ["signed", "after"],
    ["left", "ended"],
    ["cancelled", "ended"],
    ["no_show", "ended"],
    ["expired", "ended"],
  ])("of a visit that is %s it is %s", (visit, screen) => {
    expect(screenOf(state({ view: view({ visit }) }))).toBe(screen);
  });

  test("of what was sent it is known from the answers: the socket is not told of a review", () => {
    const at = (visit: Visit, live: Visit): string =>
      screenOf(state({ visit: live, view: view({ visit, step: "done" }) }));
    expect(at("submitted", "intake")).toBe("sent");
    expect(at("signed", "submitted")).toBe("after");
    expect(at("in_review", "submitted")).toBe("sent");
    expect(
      screenOf(state({ visit: "submitted", view: view({ visit: "intake", step: "device" }) })),
    ).toBe("device");
  });

  test("which way is asked once, where photos could do", () => {
    const asked = view({ step: "consent", forward: FORWARD });
    expect(screenOf(state({ view: asked }))).toBe("way");
    const chosen = view({ step: "consent", forward: { ...FORWARD, chosen: true } });
    expect(screenOf(state({ view: chosen }))).toBe("consent");
    expect(screenOf(state({ view: chosen, back: "way" }))).toBe("way");
    const never = view({ step: "consent", forward: { ...FORWARD, offered: false } });
    expect(screenOf(state({ view: never }))).toBe("consent");
  });

  test("the socket knows the visit before the next answer does", () => {
    expect(screenOf(state({ visit: "in_progress", view: view({ visit: "waiting" }) }))).toBe(
      "call",
    );
  });

  test("a clinician who drops out brings the waiting room back", () => {
    const dropped = state({
      visit: "waiting",
      view: view({ visit: "in_progress", step: "done" }),
    });
    expect(screenOf(dropped)).toBe("waiting");
  });

  test("Back shows an earlier step and never a later one", () => {
    const at = view({ step: "health" });
    expect(screenOf(state({ view: at, back: "location" }))).toBe("location");
    expect(screenOf(state({ view: at, back: "consent" }))).toBe("health");
    expect(screenOf(state({ view: { ...at, visit: "waiting" }, back: "location" }))).toBe(
      "waiting",
    );
  });

  test("an emergency is shown until it was read, and the exam stays reachable", () => {
    const emergency = view({ emergency: true, step: "consent" });
    expect(screenOf(state({ view: emergency }))).toBe("emergency");
    expect(screenOf(state({ view: emergency, emergencyRead: true }))).toBe("consent");
    expect(
      screenOf(state({ view: { ...emergency, step: "ready", visit: "in_progress" } })),
    ).toBe("call");
  });
});

test("Back leads by the photos where photos are the way, and by the devices where not", () => {
  const photos = { ...FORWARD, chosen: true, active: true };
  expect(stepBefore("photos", false, false, photos)).toBe("consent");
  expect(stepBefore("consent", false, false, photos)).toBe("way");
  expect(stepBefore("way", false, false, photos)).toBe("health");
  expect(stepBefore("device", false, false, { ...photos, active: false })).toBe("consent");
  expect(stepBefore("consent", false, false, null)).toBe("health");
});

test("Back leads through the steps, and who holds the tablet is asked only on a tablet", () => {
  expect(stepBefore("location", false)).toBe("identity");
  expect(stepBefore("identity", false)).toBeNull();
  expect(stepBefore("identity", true)).toBe("holder");
  expect(stepBefore("waiting", false)).toBeNull();
});

test("progress never goes backwards along the steps and ends at five", () => {
  const numbers = ORDER.map((step) => progressOf(step) ?? 0);
  expect(numbers).toEqual([...numbers].sort());
  expect(numbers.at(-1)).toBe(5);
  expect(progressOf("call")).toBeNull();
});

test("the live connection is there from the device test on", () => {
  expect(ORDER.filter(wantsSocket)).toEqual(["device", "ready"]);
  expect(wantsSocket("waiting") && wantsSocket("call") && wantsSocket("after")).toBe(true);
  expect(wantsSocket("ended")).toBe(false);
});

test("privacy is needed on a tablet, and when it was asked for", () => {
  expect(needsPrivacy(view())).toBe(false);
  expect(needsPrivacy(view({ kiosk: true }))).toBe(true);
  expect(needsPrivacy(view({ privacy_requested: true }))).toBe(true);
});

test("a secret is exactly 43 characters of base64url", () => {
  const secret = `${"aB3_-".repeat(8)}xyz`;
  expect(secretOf(`#${secret}`)).toBe(secret);
  expect(secretOf(`#${secret}x`)).toBeNull();
  expect(secretOf(`#${secret.slice(1)}!`)).toBeNull();
  expect(secretOf("")).toBeNull();
});

test("a kiosk code may be typed with or without its dash, in any case", () => {
  expect(kioskCode("ab12cd34")).toBe("AB12-CD34");
  expect(kioskCode(" AB12-CD34 ")).toBe("AB12-CD34");
  expect(kioskCode("AB12-CD3")).toBeNull();
});

describe("a tablet that nobody touches", () => {
  const idle = { touchedAt: 0, limit_s: 90, screen: "health" } as const;

  test("warns 20 s before it forgets, then forgets", () => {
    expect(idleState(idle, 69_000)).toEqual({ name: "active" });
    expect(idleState(idle, 70_000)).toEqual({ name: "warning", left_s: 20 });
    expect(idleState(idle, 89_500)).toEqual({ name: "warning", left_s: 1 });
    expect(idleState(idle, 90_000)).toEqual({ name: "over" });
  });

  test("never forgets a patient who waits or is in a call", () => {
    for (const screen of ["waiting", "call"] as const) {
      expect(idleState({ ...idle, screen }, 3_600_000)).toEqual({ name: "active" });
    }
  });
});
