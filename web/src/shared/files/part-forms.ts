// Which fields a part of a file is entered with, and the form that is sent of them. Pure.

import { isoDay } from "../format";

export type EnteredKind =
  | "authorities"
  | "malpractice"
  | "trainings"
  | "employments"
  | "exclusion-checks"
  | "collaborations"
  | "dea";

export interface PartField {
  readonly name: string;
  readonly label: string;
  readonly type: "text" | "number" | "date" | "choice";
  readonly choices?: readonly (readonly [string, string])[];
  readonly optional?: boolean;
}

interface Entered {
  readonly label: string;
  readonly fields: readonly PartField[];
  /** never: it is a claim; may: a claim without; must. */
  readonly evidence: "never" | "may" | "must";
}

export type Values = Readonly<Record<string, string>>;

const SINCE: PartField = { name: "since", label: "From", type: "date" };
const UNTIL: PartField = { name: "until", label: "Until midnight of", type: "date" };
const JURISDICTION: PartField = {
  name: "jurisdiction",
  label: "Jurisdiction, two letters",
  type: "text",
};
const NUMBER: PartField = { name: "number", label: "Number", type: "text" };

/** Where the values of a form keep which paper was looked at. */
export const PAPER = "document_id";
/** And which physician of the network answers for somebody. */
export const PHYSICIAN = "physician_id";

export const EVIDENCE: readonly PartField[] = [
  { name: "checked_by", label: "Who looked", type: "text" },
  { name: "source", label: "At which source", type: "text" },
];

export const ENTERED: Readonly<Record<EnteredKind, Entered>> = {
  "exclusion-checks": {
    label: "Exclusion check",
    evidence: "must",
    fields: [
      {
        name: "list_name",
        label: "List",
        type: "choice",
        choices: [
          ["leie", "Federal (LEIE)"],
          ["sam", "SAM.gov"],
          ["state", "A state's"],
        ],
      },
      {
        name: "outcome",
        label: "Outcome",
        type: "choice",
        choices: [
          ["clear", "Not named"],
          ["match", "Named: takes them off now"],
        ],
      },
      { name: "checked_on", label: "Looked on", type: "date" },
    ],
  },
  authorities: {
    label: "Licence, registration or permit",
    evidence: "never",
    fields: [
      JURISDICTION,
      {
        name: "kind",
        label: "Kind",
        type: "choice",
        choices: [
          ["license", "Licence"],
          ["registration", "Registration"],
          ["permit", "Permit"],
        ],
      },
      NUMBER,
      SINCE,
      UNTIL,
    ],
  },
  malpractice: {
    label: "Malpractice cover",
    evidence: "may",
    fields: [
      { name: "insurer", label: "Insurer", type: "text" },
      { name: "policy_number", label: "Policy number", type: "text" },
      { name: "per_claim_usd", label: "Per claim, US dollars", type: "number" },
      { name: "aggregate_usd", label: "In all, US dollars", type: "number" },
      SINCE,
      UNTIL,
    ],
  },
  trainings: {
    label: "Training",
    evidence: "may",
    fields: [
      { name: "topic", label: "Topic", type: "text" },
      { name: "provider", label: "Who gave it", type: "text" },
      { name: "minutes", label: "Minutes", type: "number" },
      { name: "completed_on", label: "Completed on", type: "date" },
    ],
  },
  employments: {
    label: "Employment or contract",
    evidence: "must",
    fields: [
      {
        name: "kind",
        label: "Kind",
        type: "choice",
        choices: [
          ["employee", "Employee"],
          ["contractor", "Contractor"],
        ],
      },
      { name: "title", label: "Title", type: "text" },
      SINCE,
      { ...UNTIL, optional: true },
    ],
  },
  collaborations: {
    label: "Collaborating physician",
    evidence: "never",
    fields: [
      JURISDICTION,
      { name: "physician", label: "Physician", type: "text" },
      NUMBER,
      SINCE,
      UNTIL,
    ],
  },
  dea: {
    label: "DEA registration",
    evidence: "must",
    fields: [JURISDICTION, NUMBER, UNTIL],
  },
};

/** The fields of a form; evidence where compliance enters something that may have it. */
export function fieldsOf(kind: EnteredKind, evidence: boolean): readonly PartField[] {
  const entered = ENTERED[kind];
  return evidence && entered.evidence !== "never"
    ? [...entered.fields, ...EVIDENCE]
    : entered.fields;
}

/** Whether the paper that was looked at is named with the evidence of a part. */
export function mayNamePaper(kind: EnteredKind): boolean {
  return ENTERED[kind].evidence !== "never" && kind !== "dea";
}

/** Whether a physician of the network may be named in a part. */
export function mayNamePhysician(kind: EnteredKind): boolean {
  return kind === "collaborations";
}

/** What a new form begins with. */
export function beginning(kind: EnteredKind, now: Date): Values {
  const values: Record<string, string> = {};
  for (const one of ENTERED[kind].fields) {
    const day = one.name === "checked_on" ? isoDay(now) : "";
    values[one.name] = one.choices?.[0]?.[0] ?? day;
  }
  return values;
}

/** Names of fields that are empty and must not be; evidence is whole or, where it may, absent. */
export function missingOf(kind: EnteredKind, values: Values, evidence: boolean): string[] {
  const empty = (one: PartField): boolean => (values[one.name] ?? "").trim() === "";
  const needed = ENTERED[kind].fields.filter((one) => one.optional !== true && empty(one));
  const unsaid = EVIDENCE.filter(empty);
  const must = ENTERED[kind].evidence === "must";
  const halved = unsaid.length > 0 && (must || unsaid.length < EVIDENCE.length);
  const asked = evidence && ENTERED[kind].evidence !== "never" && halved;
  return [...needed, ...(asked ? unsaid : [])].map((one) => one.name);
}

/** The form as the server takes it. */
export function formOf(kind: EnteredKind, values: Values, evidence: boolean): object {
  const form: Record<string, unknown> = {};
  for (const one of ENTERED[kind].fields) {
    const text = (values[one.name] ?? "").trim();
    if (one.type === "number") form[one.name] = Number(text);
    else if (one.name === "jurisdiction") form[one.name] = text.toUpperCase();
    else form[one.name] = text === "" && one.optional === true ? null : text;
  }
  if (mayNamePhysician(kind)) form[PHYSICIAN] = values[PHYSICIAN] || null;
  const [checked_by = "", source = ""] = EVIDENCE.map((one) => (values[one.name] ?? "").trim());
  const said = checked_by !== "" && source !== "" && ENTERED[kind].evidence !== "never";
  const document_id = values[PAPER] ?? "";
  const paper = mayNamePaper(kind) && document_id !== "" ? { document_id } : {};
  return evidence && said ? { ...form, evidence: { checked_by, source, ...paper } } : form;
}
