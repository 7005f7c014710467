// What the server could send, for tests.

import type { DispositionView } from "../shared/protocol/types";

/** A treatment on which nothing was decided, and for which nothing can be ordered. */
export function undecided(more: Partial<DispositionView> = {}): DispositionView {
  return {
    treatment_class: "neurotoxin",
    product: null,
    disposition: null,
    rationale: "",
    order: null,
    order_text: "",
    conditions: "",
    condition: null,
    condition_text: "",
    reasons: [],
    reasons_text: "",
    valid_months: 12,
    approval_barred: false,
    proposal: null,
    order_bar: null,
    ...more,
  };
}
