// What every number of the planner means. docs/planning.md says it at length.

export const PLAN_DEFINITIONS = {
  planAsa:
    "Simulated: the mean time from ready to accepted of the patients who were accepted, with the interval that holds 95 % of such estimates. Each day is played on the real waiting room.",
  planBound:
    "Erlang's mean time from ready to accepted if every practitioner were licensed everywhere. A lower bound: licences make the truth longer, often many times.",
  planLevel:
    "Simulated: the share of all patients who were accepted within the target, those who left counted as not.",
  planWorst:
    "Simulated: the jurisdiction whose patients are in line longest on average, those who left included.",
  planLeft: "Simulated: the share of patients who left before anybody accepted.",
  planBusy:
    "Simulated: the share of practitioners' time on duty in which they are rung, with a patient or writing up.",
  planPatients: "Patients expected to become ready in this half hour.",
  planOnDuty: "Practitioners on shift on average, breaks (shrinkage) taken off.",
  planScale:
    "By how much all demand could grow before the licences on shift could no longer serve it in the long run. Below 1 the line grows without end, unless patients leave.",
  planBinding:
    "The jurisdictions that set this limit: their patients bring most work for all who are licensed in any of them. Only a practitioner or a licence for one of these raises it.",
  planNeeded:
    "How many practitioners would reach the targets if each were licensed everywhere (Erlang), and by the square-root rule. With licences it takes more.",
  planOneMore:
    "Simulated: by how many seconds the mean time in line falls with the one more practitioner named below, for the same patients.",
  planMisses:
    "What this half hour falls short of. No licence: patients come from where nobody on shift is licensed. Overload: more work than those licensed can ever do. Level, Mean, Worst, Leaving: the targets for service level, mean wait, worst jurisdiction and patients who leave.",
  planGain:
    "The mean time in line of the same simulated patients before and after one change, and the difference with its 95 % interval. When the interval reaches zero, it may be chance.",
  planUncovered:
    "Hours in which patients of a jurisdiction are expected while nobody on shift is licensed there. They are not let in to wait, and are not in the simulated figures.",
} as const;
