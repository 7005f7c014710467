// A site's protocols as the portal shows them, and a new version as it is being written. Pure.

import { performersWords } from "../shared/performers";
import type {
  NewProtocolForm,
  PerformerRole,
  ProtocolForm,
  ProtocolStanding,
  ProtocolView,
  SiteProtocolsView,
  TreatmentOptionView,
} from "../shared/protocol/types";
import { productName } from "../shared/treatments";
import type { Standing } from "./state";

export const STANDINGS: Readonly<Record<ProtocolStanding | "none", Standing>> = {
  none: { key: "none", words: "No protocol: no orders", icon: "cross", tone: "bad" },
  draft: { key: "draft", words: "Draft, not signed", icon: "pen", tone: "care" },
  scheduled: { key: "scheduled", words: "Signed, begins later", icon: "clock", tone: "active" },
  in_force: { key: "in_force", words: "In force", icon: "check", tone: "good" },
  superseded: { key: "superseded", words: "Superseded", icon: "back", tone: "quiet" },
  lapsed: { key: "lapsed", words: "Lapsed: no orders", icon: "cross", tone: "bad" },
  withdrawn: { key: "withdrawn", words: "Withdrawn: no orders", icon: "cross", tone: "bad" },
  director_lapsed: {
    key: "director_lapsed",
    words: "Director's license not in force: no orders",
    icon: "warning",
    tone: "bad",
  },
  broken: {
    key: "broken",
    words: "Signature does not hold: no orders",
    icon: "warning",
    tone: "bad",
  },
};

/** All versions of one class at a site, the newest first; none yet is an empty list. */
export interface ClassProtocols {
  readonly treatmentClass: string;
  readonly versions: readonly ProtocolView[];
}

export function byClass(
  site: SiteProtocolsView,
  options: readonly TreatmentOptionView[],
): ClassProtocols[] {
  return options.map((option) => ({
    treatmentClass: option.treatment_class,
    versions: site.protocols.filter(
      (each) => each.protocol.treatment_class === option.treatment_class,
    ),
  }));
}

/** What a line says: how the class stands, and what waits for the director besides. */
export function standingsOf(one: ClassProtocols): Standing[] {
  const open = one.versions.filter(
    (each) => each.standing === "draft" || each.standing === "scheduled",
  );
  const leading = one.versions.find(
    (each) =>
      each.standing !== "draft" &&
      each.standing !== "scheduled" &&
      each.standing !== "superseded",
  );
  const own = leading === undefined ? [] : [STANDINGS[leading.standing]];
  const more = open.slice(0, 1).map((each) => STANDINGS[each.standing]);
  return own.length + more.length === 0 ? [STANDINGS.none] : [...own, ...more];
}

/** The version that a line is about: the one in force, else the newest. */
export function shownVersion(one: ClassProtocols): ProtocolView | null {
  return one.versions.find((each) => each.standing === "in_force") ?? one.versions[0] ?? null;
}

/** What a protocol says, a line a subject. */
export function linesOf(protocol: ProtocolForm): (readonly [string, string])[] {
  const products = protocol.products.map((each) =>
    each.dose_max === null
      ? productName(each.product)
      : `${productName(each.product)} up to ${each.dose_max.value} ${each.dose_max.unit}`,
  );
  const lines: (readonly [string, string])[] = [
    ["Products", products.join("; ")],
    ["Areas", protocol.areas.join(", ")],
    ["May be performed by", performersWords(protocol.performers)],
    ["Required", protocol.conditions.join("; ")],
    ["Orders last", months(protocol.order_months_max)],
  ];
  return lines.filter(([, text]) => text !== "");
}

// ------------------------------------------------------------------ writing a version

export interface ProductDraft {
  readonly chosen: boolean;
  /** "" for no figure. */
  readonly value: string;
  readonly unit: string;
}

export interface ProtocolDraft {
  readonly siteId: string;
  readonly treatmentClass: string;
  readonly products: Readonly<Record<string, ProductDraft>>;
  /** One a line. */
  readonly areas: string;
  readonly performers: readonly PerformerRole[];
  /** One a line. */
  readonly conditions: string;
  readonly months: number;
  readonly from: string;
  readonly until: string;
}

export type DraftFault = "products" | "areas" | "performers" | "conditions" | "from" | "until";
export type DraftFaults = Partial<Record<DraftFault, string>>;

const FIGURE = /^\d{1,7}([.,]\d{1,3})?$/;
const UNIT = /^[A-Za-z%µ][A-Za-z0-9%µ/²]{0,19}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const AREAS_MAX = 24;
const CONDITIONS_MAX = 12;

/** The next version, beginning with what the last one says; `today` is 2026-11-28. */
export function draftFrom(
  site: SiteProtocolsView,
  one: ClassProtocols,
  options: readonly TreatmentOptionView[],
  today: string,
): ProtocolDraft {
  const last = one.versions[0]?.protocol ?? null;
  const known = options.find((each) => each.treatment_class === one.treatmentClass);
  const products = (known?.products ?? []).map((product) => {
    const there = last?.products.find((each) => each.product === product);
    return [
      product,
      {
        chosen: there !== undefined,
        value: there?.dose_max == null ? "" : String(there.dose_max.value),
        unit: there?.dose_max?.unit ?? "",
      },
    ] as const;
  });
  return {
    siteId: site.site_id,
    treatmentClass: one.treatmentClass,
    products: Object.fromEntries(products),
    areas: last?.areas.join("\n") ?? "",
    performers: last?.performers ?? [],
    conditions: last?.conditions.join("\n") ?? "",
    months: last?.order_months_max ?? 12,
    from: today,
    until: yearAfter(today),
  };
}

export function faultsOf(draft: ProtocolDraft, today: string): DraftFaults {
  const faults: [DraftFault, string | null][] = [
    ["products", productsFault(draft)],
    ["areas", listFault(draft.areas, AREAS_MAX, 60)],
    ["performers", draft.performers.length === 0 ? "Choose who may perform it." : null],
    ["conditions", listFault(draft.conditions, CONDITIONS_MAX, 200)],
    ["from", DAY.test(draft.from) ? null : "Write the first day."],
    ["until", untilFault(draft, today)],
  ];
  return Object.fromEntries(faults.filter(([, fault]) => fault !== null)) as DraftFaults;
}

export function formOf(draft: ProtocolDraft): NewProtocolForm {
  return {
    site_id: draft.siteId,
    protocol: {
      treatment_class: draft.treatmentClass,
      products: chosenProducts(draft).map(([product, each]) => ({
        product,
        dose_max:
          each.value.trim() === ""
            ? null
            : { value: Number(each.value.trim().replace(",", ".")), unit: each.unit.trim() },
      })),
      areas: linesIn(draft.areas),
      performers: [...draft.performers],
      conditions: linesIn(draft.conditions),
      order_months_max: draft.months,
      valid_from: draft.from,
      valid_until: draft.until,
    },
  };
}

export function months(count: number): string {
  return count === 1 ? "1 month" : `${count} months`;
}

function chosenProducts(draft: ProtocolDraft): [string, ProductDraft][] {
  return Object.entries(draft.products).filter(([, each]) => each.chosen);
}

function productsFault(draft: ProtocolDraft): string | null {
  const chosen = chosenProducts(draft);
  if (chosen.length === 0) return "Choose at least one product.";
  for (const [product, { value, unit }] of chosen) {
    const [figure, name] = [value.trim(), unit.trim()];
    if (figure === "" && name === "") continue;
    if (!FIGURE.test(figure) || Number(figure.replace(",", ".")) <= 0) {
      return `${productName(product)}: write a figure, such as 20, or no unit.`;
    }
    if (!UNIT.test(name)) return `${productName(product)}: write a unit, such as mL.`;
  }
  return null;
}

function listFault(text: string, most: number, chars: number): string | null {
  const lines = linesIn(text);
  if (lines.length > most) return `At most ${most} lines.`;
  if (lines.some((each) => each.length > chars)) return `At most ${chars} letters a line.`;
  const folded = lines.map((each) => each.toLowerCase());
  return new Set(folded).size === folded.length ? null : "The same line stands here twice.";
}

function untilFault(draft: ProtocolDraft, today: string): string | null {
  if (!DAY.test(draft.until)) return "Write the last day.";
  return draft.until < draft.from || draft.until < today ? "This day is over by then." : null;
}

function linesIn(text: string): string[] {
  return text
    .split("\n")
    .map((each) => each.trim())
    .filter((each) => each !== "");
}

/** The day before the same day a year later. */
function yearAfter(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCFullYear(date.getUTCFullYear() + 1);
  date.setUTCDate(date.getUTCDate() - 1);
  return date.toISOString().slice(0, 10);
}
