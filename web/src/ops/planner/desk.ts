// What is typed, what is asked, what came back: kept while other tabs are looked at.

import { signal } from "@preact/signals";
import { isoDay } from "../../shared/format";
import { api, asApiError } from "../../shared/http";
import type { PlanView } from "../../shared/protocol/types";
import { emptyForm, type Faults, faultsOf, type PlannerForm, questionOf } from "./form";
import { EMPTY, type PlannerEvent, type PlannerState, reduce } from "./state";

const PLAN = "/api/v1/ops/plan";
const PLAN_TIMEOUT_MS = 200_000;
const DAY_MS = 86_400_000;

export class PlannerDesk {
  readonly form = signal<PlannerForm>(emptyForm(isoDay(new Date(Date.now() + DAY_MS))));
  readonly faults = signal<Faults>({});
  readonly state = signal<PlannerState>(EMPTY);
  private tried = false;

  /** Type something; once asked, what is mended is no longer complained about. */
  enter(change: Partial<PlannerForm>): void {
    this.form.value = { ...this.form.value, ...change };
    if (this.tried) this.faults.value = faultsOf(this.form.value);
  }

  /** Ask for a plan, unless one is being made; false when something must be mended first. */
  async ask(): Promise<boolean> {
    if (this.state.value.phase === "making") return true;
    this.tried = true;
    this.faults.value = faultsOf(this.form.value);
    if (Object.keys(this.faults.value).length > 0) {
      this.happen({ type: "mending" });
      return false;
    }
    this.happen({ type: "asked" });
    try {
      const question = questionOf(this.form.value);
      const plan = await api<PlanView>("POST", PLAN, question, PLAN_TIMEOUT_MS);
      this.happen({ type: "made", plan });
    } catch (thrown) {
      this.happen({ type: "refused", error: asApiError(thrown) });
    }
    return true;
  }

  private happen(event: PlannerEvent): void {
    this.state.value = reduce(this.state.value, event);
  }
}
