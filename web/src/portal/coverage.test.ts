import { describe, expect, it } from "vitest";
import type { AuthorizationAnswerView } from "../shared/protocol/types";
import {
  type Asked,
  canReport,
  checkFault,
  faultsOf,
  type Given,
  givenFault,
  queryOf,
  sameDayOf,
  TOPICS,
  useOf,
  wantsCheck,
} from "./coverage";

const ASKED: Asked = {
  name: " Ana Ortiz ",
  birthDate: "1990-04-12",
  treatmentClass: "neurotoxin",
  siteId: "site",
  credential: "",
};
const ALL_NO = Object.fromEntries(TOPICS.map(({ topic }) => [topic, false]));

function answer(changed: Partial<AuthorizationAnswerView>): AuthorizationAnswerView {
  return {
    answer: "conditional",
    text: "",
    reasons: [],
    patient_id: "p",
    treatment_class: "neurotoxin",
    site_id: "site",
    date: "2026-11-28",
    unanswered: ["pregnancy"],
    authorization: null,
    jws: "",
    ...changed,
  };
}

describe("the question", () => {
  it("is sent with a trimmed name, and without a credential that nobody chose", () => {
    const query = queryOf(ASKED, "r", null);
    expect(query.patient.legal_name).toBe("Ana Ortiz");
    expect(query.performer_credential).toBeNull();
    expect(query.same_day).toBeNull();
  });

  it("needs a name, a date of birth and a treatment", () => {
    const faults = faultsOf({ ...ASKED, name: " ", birthDate: "", treatmentClass: "" });
    expect(Object.keys(faults)).toEqual(["name", "birthDate", "treatmentClass"]);
  });
});

describe("the same-day check", () => {
  it("is complete with five answers and a name of staff who answer", () => {
    expect(checkFault({ pregnancy: false }, "patient", "")).not.toBeNull();
    expect(checkFault(ALL_NO, "patient", "")).toBeNull();
    expect(checkFault(ALL_NO, "staff", " ")).not.toBeNull();
    expect(sameDayOf(ALL_NO, "staff", " Kim ").staff_name).toBe("Kim");
  });

  it("is asked for only where it can still change the answer", () => {
    expect(wantsCheck(answer({}))).toBe(true);
    expect(wantsCheck(answer({ answer: "not_covered" }))).toBe(false);
    expect(wantsCheck(answer({ unanswered: [] }))).toBe(false);
  });
});

describe("a treatment that was given", () => {
  const given: Given = {
    performer: "Robin",
    credential: "RN",
    product: "",
    dose: "18",
    unit: "units",
    area: "",
    lot: " C1 ",
    at: "2026-11-28T09:30",
  };

  it("is sent with its dose as a number", () => {
    expect(givenFault(given)).toBeNull();
    expect(useOf(given, "r").dose).toEqual({ value: 18, unit: "units" });
    expect(useOf(given, "r").lot).toBe("C1");
  });

  it("needs a credential, and a unit for a dose", () => {
    expect(givenFault({ ...given, credential: "" })).not.toBeNull();
    expect(givenFault({ ...given, unit: "" })).not.toBeNull();
    expect(givenFault({ ...given, dose: "much" })).not.toBeNull();
  });
});

describe("news after a clear check", () => {
  const cover = { revoked_at_ms: null } as AuthorizationAnswerView["authorization"];

  it("can be told while an exam still allows something", () => {
    expect(canReport(answer({ answer: "covered", unanswered: [], authorization: cover }))).toBe(
      true,
    );
  });

  it("is told by the check itself while that is open", () => {
    expect(canReport(answer({ authorization: cover }))).toBe(false);
  });

  it("changes nothing where nothing is allowed", () => {
    expect(canReport(answer({ unanswered: [], authorization: null }))).toBe(false);
  });
});
