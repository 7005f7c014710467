// What is chosen to be opened or closed in one jurisdiction, and how it is sent.

import { signal } from "@preact/signals";
import type { OpeningForm } from "../../shared/protocol/types";
import type { ComplianceDesk } from "./desk";

type Profession = OpeningForm["professions"][number];

export const PROFESSIONS: readonly Profession[] = ["MD", "DO", "NP", "PA"];
export const CLASSES: readonly string[] = [
  ...["neurotoxin", "filler", "biostimulator", "fat_dissolving", "laser_ipl", "energy_device"],
  ...["microneedling", "chemical_peel", "iv_therapy", "im_vitamin", "glp1", "weight_loss_drug"],
  ...["hormone", "prp", "threads", "sclerotherapy", "other"],
];

/** Cells of the table, and what the choice rests on. */
export class Choice {
  /** Each as `profession class`. */
  readonly chosen = signal<ReadonlySet<string>>(new Set());
  readonly reference = signal("");

  constructor(
    private readonly desk: ComplianceDesk,
    private readonly code: string,
    private readonly name: string,
  ) {}

  get ready(): boolean {
    return this.chosen.value.size > 0 && this.reference.value.trim() !== "";
  }

  /** Choose all of these, or none where all are chosen. */
  toggle(keys: readonly string[]): void {
    const next = new Set(this.chosen.value);
    const all = keys.every((key) => next.has(key));
    for (const key of keys) {
      if (all) next.delete(key);
      else next.add(key);
    }
    this.chosen.value = next;
  }

  /**
   * What is sent leaves the page at once, so that the next choice is never cleared by the answer
   * to this one. What was refused comes back, unless something else was begun meanwhile.
   */
  async act(path: "openings" | "closings"): Promise<void> {
    const reference = this.reference.value;
    const forms = formsOf(this.code, this.chosen.value, reference);
    this.chosen.value = new Set();
    this.reference.value = "";
    const said = `${path === "openings" ? "Opened" : "Closed"} in ${this.name}`;
    for (const [at, form] of forms.entries()) {
      if (await this.desk.act("POST", path, form, said)) continue;
      if (this.chosen.value.size === 0 && this.reference.value === "") {
        this.chosen.value = new Set(forms.slice(at).flatMap(cellsOf));
        this.reference.value = reference;
      }
      return;
    }
  }
}

/** The chosen cells as forms: professions with the same classes go together. */
export function formsOf(
  jurisdiction: string,
  chosen: ReadonlySet<string>,
  reference: string,
): OpeningForm[] {
  const byClasses = new Map<string, Profession[]>();
  for (const profession of PROFESSIONS) {
    const classes = CLASSES.filter((each) => chosen.has(`${profession} ${each}`)).join(" ");
    if (classes !== "") {
      byClasses.set(classes, [...(byClasses.get(classes) ?? []), profession]);
    }
  }
  return [...byClasses].map(([classes, professions]) => ({
    jurisdiction,
    professions,
    treatment_classes: classes.split(" "),
    reference: reference.trim(),
  }));
}

function cellsOf(form: OpeningForm): string[] {
  return form.professions.flatMap((one) =>
    form.treatment_classes.map((each) => `${one} ${each}`),
  );
}
