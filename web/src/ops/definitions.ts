// What every number on the ops page means. One place, so that two pages cannot disagree.

import { PLAN_DEFINITIONS } from "./planner/definitions";

export const DEFINITIONS = {
  ...PLAN_DEFINITIONS,
  meanConnect:
    "Connect time: from “ready” (the patient finished the intake and asked to be seen) to video flowing both ways, reported by both browsers. The mean over the calls of patients who were ready today. The target is 31 s.",
  oldestWait:
    "How long the patient who has waited longest has been ready without being accepted.",
  waitingNow:
    "Patients who are ready and not yet accepted, whether or not somebody is being rung.",
  connected: "Patients of this time whose video flowed both ways.",
  connectedInTime: "The share of them who connected within 31 s of ready.",
  connectMean: "The mean from ready to video both ways.",
  connectP50: "Half of the calls connected in this time or less.",
  connectP90: "Nine of ten calls connected in this time or less.",
  connectP95: "Nineteen of twenty calls connected in this time or less.",
  waitMean: "Queue wait: from “ready” to accepted by a practitioner. The mean.",
  waitP50: "Half of the accepted patients waited this long or less.",
  waitP90: "Nine of ten accepted patients waited this long or less.",
  waitP95: "Nineteen of twenty accepted patients waited this long or less.",
  arrived: "Patients who finished the intake and asked to be seen in this time.",
  answered: "Those of them whom a practitioner accepted.",
  abandoned:
    "Those of them who left, or were gone longer than the grace period, before anybody accepted; and their share of all whose wait ended by an answer or by leaving.",
  levelStrict:
    "Service level, strict: accepted within 31 s of ready, over all who were accepted or left.",
  levelLenient: "The same, leaving out those who left within 5 s.",
  occupancy:
    "Ringing, talking and writing up, over all time on duty. Away is not on duty. Known for the whole network only.",
  signed: "Those of them whose exam is signed.",
  offers: "Times a practitioner was rung in this time.",
  missed: "Offers of this time that nobody answered within the ring time.",
  wait: "Time since this patient was ready.",
  onDuty:
    "Practitioners on duty who may take this patient: licensed where the patient is and where the site is.",
  idle: "Of those on duty, the ones who are free now.",
  priority:
    "Each step counts as a minute waited: the patient comes before others, never past who may see them.",
  missedOffers: "Offers in a row that this practitioner did not answer.",
  alerts:
    "Conditions that hold now: somebody waits too long, somebody waits whom nobody on duty may see, too many offers are missed. Each is raised once and cleared once.",
  changes:
    "What changed last since the server started: alerts, practitioners who came or left, missed offers.",
} as const;

export type Defined = keyof typeof DEFINITIONS;
