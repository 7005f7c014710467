import { describe, expect, test } from "vitest";
import type { DeliveryView, EndpointView } from "../../shared/protocol/types";
import {
  actsOf,
  canResend,
  detailOf,
  endpointTag,
  factsOf,
  hostOf,
  isFull,
  reasonWords,
  tagOf,
  told,
  topicWords,
} from "./words";

const ONE: DeliveryView = {
  message_id: "msg_a",
  topic: "encounter.signed",
  encounter_id: "e1",
  state: "waiting",
  attempts: 0,
  created_at_ms: 1_790_000_000_000,
  next_at_ms: 1_790_000_000_000,
  tried_at_ms: null,
  settled_at_ms: null,
  outcome: null,
  status: null,
};
const ENDPOINT: EndpointView = {
  endpoint_id: "d1",
  channel: "webhook",
  url: "https://hooks.glow.example.com/in?token=1",
  topics: ["encounter.signed"],
  scheme: "v1",
  state: "active",
  reason: null,
  created_at_ms: 1_790_000_000_000,
  failing_since_ms: null,
  public_keys: [],
  old_secret_until_ms: null,
  deliveries: [],
};

describe("a delivery", () => {
  test("that waits for its first attempt has no detail", () => {
    expect(tagOf(ONE).key).toBe("waiting");
    expect(detailOf(ONE)).toBe("");
  });

  test("that was refused says why, how often, and when it is tried again", () => {
    const one: DeliveryView = { ...ONE, attempts: 3, outcome: "answered", status: 503 };
    expect(tagOf(one).key).toBe("retrying");
    expect(detailOf(one)).toMatch(/^Refused \(503\), 3 attempts, next .+/);
  });

  test("that was given up says why and no next time", () => {
    const one: DeliveryView = {
      ...ONE,
      state: "dead",
      attempts: 1,
      outcome: "gone",
      status: 410,
      next_at_ms: null,
    };
    expect(tagOf(one).words).toBe("Given up");
    expect(detailOf(one)).toBe("The receiver said that it is gone (410)");
  });

  test("that a record system refused says what it found wrong", () => {
    const one: DeliveryView = {
      ...ONE,
      state: "dead",
      outcome: "fhir_business_rule",
      status: 422,
    };
    expect(detailOf(one)).toBe("The record system refused the chart: business rule (422)");
  });

  test("may be sent again once it is over, to an endpoint that is told", () => {
    const over: DeliveryView = { ...ONE, state: "delivered" };
    expect(canResend(ENDPOINT, ONE)).toBe(false);
    expect(canResend(ENDPOINT, over)).toBe(true);
    expect(canResend({ ...ENDPOINT, state: "disabled" }, over)).toBe(false);
  });
});

describe("an endpoint", () => {
  test("is active, failing or disabled, and says so in words", () => {
    expect(endpointTag(ENDPOINT).words).toBe("Active");
    const failing = { ...ENDPOINT, failing_since_ms: 1_790_000_000_000 };
    expect(endpointTag(failing).words).toMatch(/^Failing since /);
    expect(endpointTag({ ...failing, state: "disabled" }).words).toBe("Disabled");
  });

  test("lists what it is told in the order of the form", () => {
    const topics = ["encounter.amended", "encounter.requested"];
    const words = "an exam was requested; a signed chart was added to";
    expect(told({ ...ENDPOINT, topics })).toBe(words);
  });

  test("is known by its host", () => {
    expect(hostOf(ENDPOINT.url)).toBe("hooks.glow.example.com");
    expect(hostOf("nothing")).toBe("nothing");
  });
});

describe("a record system", () => {
  const system: EndpointView = { ...ENDPOINT, channel: "emr" };

  test("is said to get whole charts, and not to share a secret", () => {
    expect(factsOf(ENDPOINT)).toBe(
      "It is told: a chart was signed. Signed with a shared secret (v1).",
    );
    expect(factsOf(system)).toMatch(/^A record system: signed charts go there whole/);
    const turned = factsOf({ ...system, old_secret_until_ms: 1_790_000_000_000 });
    expect(turned).toMatch(/The key before is published, too, until .+\.$/);
    expect(factsOf(system) + turned).not.toMatch(/secret|It is told/);
  });

  test("gets no test message and no secret from this page", () => {
    expect(actsOf(ENDPOINT)).toEqual(["ping", "secret", "disable"]);
    expect(actsOf(system)).toEqual(["disable"]);
    expect(actsOf({ ...system, state: "disabled" })).toEqual(["enable"]);
  });

  test("takes no room of a webhook", () => {
    expect(isFull({ endpoints: [system, system], endpoints_max: 1 })).toBe(false);
    expect(isFull({ endpoints: [system, ENDPOINT], endpoints_max: 1 })).toBe(true);
    const disabled: EndpointView = { ...ENDPOINT, state: "disabled" };
    expect(isFull({ endpoints: [disabled, ENDPOINT], endpoints_max: 2 })).toBe(false);
  });
});

test("words that are not known are shown as they are", () => {
  expect(topicWords("ping")).toBe("Test message");
  expect(topicWords("new.topic")).toBe("new.topic");
  expect(reasonWords("by_hand")).toBe("Disabled by hand.");
  expect(reasonWords("other")).toBe("Disabled.");
});
