import { expect, test } from "vitest";
import {
  formOf,
  NOBODY,
  reasonMissing,
  stillOpen,
  timeLeft,
  timeLeftSpoken,
} from "./emergency-access";

const REASON = "She cannot speak, and was treated today.";
const ANA = { ...NOBODY, name: " Ana Ortiz ", birthDate: "1988-04-17", reason: REASON };

test("nothing is asked for without a reason that says something", () => {
  expect(formOf({ ...ANA, reason: "Emergency          " })).toBeNull();
  expect(reasonMissing("Emergency          ")).toBe(11);
  expect(reasonMissing(REASON)).toBe(0);
});

test("a patient is named by a name with a birth date, or by an exam, and never by both", () => {
  expect(formOf(ANA)).toEqual({
    encounter_id: null,
    legal_name: "Ana Ortiz",
    birth_date: "1988-04-17",
    reason: REASON,
  });
  expect(formOf({ ...ANA, birthDate: "" })).toBeNull();
  expect(formOf({ ...ANA, name: " " })).toBeNull();
  expect(formOf({ ...ANA, by: "exam" })).toBeNull();
  expect(formOf({ ...ANA, by: "exam", exam: " abc " })).toEqual({
    encounter_id: "abc",
    legal_name: null,
    birth_date: null,
    reason: REASON,
  });
});

test("the time that is left ends at nothing, and so does the access", () => {
  const one = {
    id: "a",
    patient_name: "Ana Ortiz",
    birth_date: "1988-04-17",
    started_at_ms: 0,
    expires_at_ms: 3_600_000,
    exams: [],
  };
  expect(timeLeft(one, 0)).toBe("60:00");
  expect(timeLeft(one, 52_001)).toBe("59:07");
  expect(timeLeft(one, 3_599_500)).toBe("0:00");
  expect(timeLeft(one, 3_700_000)).toBe("0:00");
  expect(stillOpen([one], 3_599_999)).toEqual([one]);
  expect(stillOpen([one], 3_600_000)).toEqual([]);
});

test("a screen reader is told the time only now and then", () => {
  const said = [0, 1, 600_001, 3_300_000, 3_540_000].map((now) =>
    timeLeftSpoken({ expires_at_ms: 3_600_000 }, now),
  );
  expect(said).toEqual([
    "less than 60 minutes left",
    "less than 60 minutes left",
    "less than 50 minutes left",
    "less than 5 minutes left",
    "less than a minute left",
  ]);
});
