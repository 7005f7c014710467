import { expect, test } from "vitest";
import type { OpsNotice } from "../shared/protocol/types";
import { alertSentence, noticeSentence } from "./words";

const NOTICE: OpsNotice = {
  at_ms: 0,
  kind: "came",
  code: null,
  jurisdiction: null,
  practitioner: null,
};

test("an alert says where, what and how many", () => {
  const alert = { raised_at_ms: 0, waiting_since_ms: 0 };
  expect(alertSentence({ ...alert, code: "oldest_wait", jurisdiction: "AZ", count: 1 })).toBe(
    "AZ: somebody has waited too long (1 patient waiting).",
  );
  expect(
    alertSentence({ ...alert, code: "review_overdue", jurisdiction: "AZ", count: 2 }),
  ).toBe("AZ: what a patient sent has not been reviewed in time (2 reviews overdue).");
  expect(alertSentence({ ...alert, code: "missed_offers", jurisdiction: null, count: 7 })).toBe(
    "Too many offers are missed: 7 in the last while.",
  );
  expect(
    alertSentence({ ...alert, code: "credentials_expiring", jurisdiction: null, count: 3 }),
  ).toBe("Credentials of practitioners end soon: 3 not looked at.");
});

test("a change names the practitioner where there is one", () => {
  expect(noticeSentence({ ...NOTICE, practitioner: "Casey" })).toBe("Casey came on duty");
  expect(noticeSentence({ ...NOTICE, kind: "left", code: "missed_offers_max" })).toBe(
    "A practitioner went off duty after missing two offers in a row",
  );
  expect(noticeSentence({ ...NOTICE, kind: "left", code: "something_new" })).toBe(
    "A practitioner went off duty",
  );
  expect(noticeSentence({ ...NOTICE, kind: "missed", jurisdiction: "NV" })).toBe(
    "A practitioner missed an offer in NV",
  );
});

test("alerts begin and end in the same words", () => {
  const alert = { ...NOTICE, code: "nobody_eligible", jurisdiction: "AZ" };
  expect(noticeSentence({ ...alert, kind: "alert_raised" })).toBe(
    "Alert in AZ: somebody waits whom nobody on duty may see",
  );
  expect(noticeSentence({ ...alert, kind: "alert_cleared" })).toMatch(/^Over in AZ: /);
  expect(noticeSentence({ ...alert, kind: "alert_cleared", code: "new" })).toContain(
    "a condition",
  );
});
