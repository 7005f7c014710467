// What every number on the ops page means. One place, so that two pages cannot disagree.

import { PLAN_DEFINITIONS } from "./planner/definitions";

export const DEFINITIONS = {
  ...PLAN_DEFINITIONS,
  meanConnect:
    "Connect time: from “ready” (the patient finished the intake and asked to be seen) to video flowing both ways, reported by both browsers. The mean over all calls connected today. The target is 31 s.",
  oldestWait:
    "How long the patient who has waited longest has been ready without being accepted.",
  waitingNow:
    "Patients who are ready and not yet accepted, whether or not somebody is being rung.",
  connected: "Calls of today in which video flowed both ways.",
  p50: "Half of today's calls connected in this time or less.",
  p90: "Nine of ten of today's calls connected in this time or less.",
  queueWait: "Queue wait: from “ready” to accepted by a practitioner. The mean of today.",
  answered: "Patients of today who were accepted by a practitioner.",
  abandoned:
    "Patients of today who were ready and left, or were gone longer than the grace period, before anybody accepted; and their share of all whose wait has ended.",
  signed: "Exams signed today.",
  offers: "Times a practitioner was rung today.",
  missed: "Offers of today that nobody answered within 15 s.",
  wait: "Time since this patient was ready.",
  onDuty:
    "Practitioners on duty who may take this patient: licensed where the patient is and where the site is.",
  idle: "Of those on duty, the ones who are free now.",
  missedOffers: "Offers in a row that this practitioner did not answer.",
} as const;

export type Defined = keyof typeof DEFINITIONS;
