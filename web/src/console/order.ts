// The order of one treatment, as it is being confirmed or narrowed. Pure.
//
// It begins as the site's protocol has it. Every part may be taken away or lowered, none added:
// the server refuses what is outside, so the page only saves the practitioner the round trip.

import { performersWords } from "../shared/performers";
import type {
  OrderProposalView,
  PerformerRole,
  TreatmentOrder,
} from "../shared/protocol/types";
import { productName } from "../shared/treatments";

export interface OrderDraft {
  /** What the protocol allows; null when nothing can be ordered. */
  readonly proposal: OrderProposalView | null;
  readonly confirmed: boolean;
  readonly products: readonly string[];
  /** The most of each product, as typed; products without a figure have none. */
  readonly doses: Readonly<Record<string, string>>;
  readonly areas: readonly string[];
  readonly performers: readonly PerformerRole[];
  readonly instructions: string;
}

export type Fault =
  | { readonly part: "products" | "areas" | "performers"; readonly words: string }
  | { readonly part: "dose"; readonly product: string; readonly words: string };

export const INSTRUCTIONS_MAX = 1_000;
const FIGURE = /^\d{1,7}([.,]\d{1,3})?$/;

/** The order as the protocol prefills it, or as it was confirmed. */
export function draftOf(
  proposal: OrderProposalView | null,
  confirmed: TreatmentOrder | null,
): OrderDraft {
  const order = confirmed ?? proposal?.order ?? null;
  const limits = proposal?.order.items ?? [];
  const doses = [...limits, ...(confirmed?.items ?? [])].flatMap((item) =>
    item.dose_max === null ? [] : [[item.product, String(item.dose_max.value)] as const],
  );
  return {
    proposal,
    confirmed: confirmed !== null && proposal !== null,
    products: order?.items.map((item) => item.product) ?? [],
    doses: Object.fromEntries(doses),
    areas: order?.areas ?? [],
    performers: order?.performers ?? [],
    instructions: order?.instructions ?? "",
  };
}

/** Whether both were read from the same version of the same protocol. */
export function isSameProtocol(one: OrderDraft, other: OrderDraft): boolean {
  const [a, b] = [one.proposal?.order, other.proposal?.order];
  return (
    a !== undefined &&
    b !== undefined &&
    a.protocol_id === b.protocol_id &&
    a.protocol_version === b.protocol_version
  );
}

/** What must be mended before the order can be confirmed. */
export function faultsOf(draft: OrderDraft): Fault[] {
  const { proposal } = draft;
  if (proposal === null) return [];
  const faults: Fault[] = [];
  if (draft.products.length === 0) {
    faults.push({ part: "products", words: "Choose at least one product." });
  }
  if (proposal.order.areas.length > 0 && draft.areas.length === 0) {
    faults.push({ part: "areas", words: "Choose at least one area." });
  }
  if (draft.performers.length === 0) {
    faults.push({ part: "performers", words: "Choose who may perform it." });
  }
  for (const product of draft.products) {
    const words = doseFault(draft, product);
    if (words !== null) faults.push({ part: "dose", product, words });
  }
  return faults;
}

/** The order as it is sent; null until it is confirmed and without fault. */
export function orderOf(draft: OrderDraft): TreatmentOrder | null {
  const { proposal } = draft;
  if (proposal === null || !draft.confirmed || faultsOf(draft).length > 0) return null;
  const { order } = proposal;
  return {
    protocol_id: order.protocol_id,
    protocol_version: order.protocol_version,
    items: order.items
      .filter((item) => draft.products.includes(item.product))
      .map((item) => ({
        product: item.product,
        dose_max:
          item.dose_max === null
            ? null
            : { value: figureOf(draft.doses[item.product] ?? ""), unit: item.dose_max.unit },
      })),
    areas: order.areas.filter((area) => draft.areas.includes(area)),
    performers: order.performers.filter((role) => draft.performers.includes(role)),
    instructions: draft.instructions.trim(),
  };
}

/** Confirm the order, or take that back; an order with a fault is not confirmed. */
export function withConfirmed(draft: OrderDraft, confirmed: boolean): OrderDraft {
  return { ...draft, confirmed: confirmed && faultsOf(draft).length === 0 };
}

/** The order in a few words, in the protocol's own order. */
export function orderWords(draft: OrderDraft): string {
  const items = (draft.proposal?.order.items ?? [])
    .filter((item) => draft.products.includes(item.product))
    .map((item) => {
      const name = productName(item.product);
      if (item.dose_max === null) return name;
      return `${name} up to ${draft.doses[item.product] ?? ""} ${item.dose_max.unit}`;
    });
  const parts = [items.join("; "), draft.areas.join(", "), performersWords(draft.performers)];
  return parts.filter((each) => each !== "").join(" · ");
}

function doseFault(draft: OrderDraft, product: string): string | null {
  const limit = draft.proposal?.order.items.find((item) => item.product === product);
  const most = limit?.dose_max ?? null;
  if (most === null) return null;
  const text = (draft.doses[product] ?? "").trim();
  if (!FIGURE.test(text) || figureOf(text) <= 0) return "Write a figure, such as 20.";
  if (figureOf(text) > most.value) return `At most ${most.value} ${most.unit}.`;
  return null;
}

function figureOf(text: string): number {
  return Number(text.trim().replace(",", "."));
}
