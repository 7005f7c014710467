// Signing a chart as it was read. When it has changed since, it is read again and the practitioner is
// asked again; whoever went back to the chart meanwhile is not called out of it.

import { type Signal, signal } from "@preact/signals";
import type { Ack, ChartView } from "../shared/protocol/types";
import { explain } from "./words";

export interface SigningEdges {
  readonly view: Signal<ChartView | null>;
  readonly sign: (view: ChartView) => Promise<Ack>;
  readonly settle: () => Promise<boolean>;
  readonly load: () => Promise<void>;
}

export class Signing {
  readonly attested = signal(false);
  readonly busy = signal(false);
  readonly problem = signal<string | null>(null);

  constructor(
    private readonly chart: SigningEdges,
    /** What is being read; null while the dialog is closed. */
    private readonly reviewed: Signal<ChartView | null>,
    private readonly focusLater: (id: string) => void,
  ) {}

  close(): void {
    this.reviewed.value = null;
    this.attested.value = false;
    this.problem.value = null;
  }

  async sign(): Promise<void> {
    const view = this.reviewed.value;
    if (view === null || this.busy.value || !this.attested.value) return;
    this.busy.value = true;
    this.problem.value = null;
    await this.answered(view, await this.chart.sign(view));
    this.busy.value = false;
  }

  private async answered(view: ChartView, ack: Ack): Promise<void> {
    const code = ack.error?.code;
    if (ack.ok) await this.closeAndFocus("signed");
    else if (this.reviewed.value !== view) await this.chart.load();
    else if (code === "chart_head_moved") await this.askAgain(view);
    else if (code === "sign_requirements_missing") await this.closeAndFocus("missing");
    else this.problem.value = explain(ack);
  }

  private async closeAndFocus(id: string): Promise<void> {
    this.close();
    await this.chart.load();
    this.focusLater(id);
  }

  private async askAgain(view: ChartView): Promise<void> {
    this.attested.value = false;
    this.problem.value =
      "The chart changed while you were reading it. Read it again, then confirm.";
    const isSettled = await this.chart.settle();
    if (isSettled && this.reviewed.value === view) this.reviewed.value = this.chart.view.value;
  }
}
