// The decisions' edge: they are saved a moment after the last change to their row.

import { signal } from "@preact/signals";
import type { Ack, ChartView, DispositionSet } from "../shared/protocol/types";
import {
  acknowledged,
  adopted,
  command,
  DEFERRED_UNSEEN,
  type Decision,
  edited,
  isUnsaved,
  type Row,
  type Rows,
  refused,
  sending,
  wantsSave,
} from "./dispositions";

const PAUSE_MS = 400;

export interface RowsEdges {
  readonly encounterId: string;
  readonly send: (command: Omit<DispositionSet, "v" | "id">) => Promise<Ack>;
  readonly explain: (ack: Ack) => string;
  /** A row was saved: what is missing may have changed. */
  readonly onSaved: () => void;
}

export class RowsDesk {
  readonly rows = signal<Rows>([]);
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly underWay = new Map<string, Promise<void>>();

  private saves = 0;
  private readonly savedAt = new Map<string, number>();

  constructor(private readonly edges: RowsEdges) {}

  /** Taken before a chart is asked for, and given with it: what was saved since is newer. */
  moment(): number {
    return this.saves;
  }

  /** A chart that was asked for before a row was saved says nothing new of that row. */
  refresh(chart: Pick<ChartView, "dispositions">, since = this.saves): void {
    const known = this.rows.value;
    this.rows.value = adopted(known, chart).map((row) => {
      const old = known.find((one) => one.treatmentClass === row.treatmentClass);
      const savedAt = this.savedAt.get(row.treatmentClass) ?? 0;
      return old !== undefined && savedAt > since ? old : row;
    });
  }

  edit(treatmentClass: string, change: Partial<Decision>): void {
    this.rows.value = edited(this.rows.value, treatmentClass, change);
    clearTimeout(this.timers.get(treatmentClass));
    this.timers.set(
      treatmentClass,
      setTimeout(() => void this.save(treatmentClass), PAUSE_MS),
    );
  }

  /** One click: defer what could not be seen. */
  defer(treatmentClass: string): void {
    this.edit(treatmentClass, DEFERRED_UNSEEN);
  }

  /** Save every row that wants it; true when nothing that could be saved is left. */
  async flush(): Promise<boolean> {
    await Promise.all(this.rows.value.map((row) => this.save(row.treatmentClass)));
    return !this.rows.value.some((row) => row.now.disposition !== null && isUnsaved(row));
  }

  dispose(): void {
    void this.flush();
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  private row(treatmentClass: string): Row | undefined {
    return this.rows.value.find((one) => one.treatmentClass === treatmentClass);
  }

  private save(treatmentClass: string): Promise<void> {
    clearTimeout(this.timers.get(treatmentClass));
    const last = this.underWay.get(treatmentClass) ?? Promise.resolve();
    const next = last.then(() => this.saveNow(treatmentClass));
    this.underWay.set(treatmentClass, next);
    return next;
  }

  private async saveNow(treatmentClass: string): Promise<void> {
    const row = this.row(treatmentClass);
    if (row === undefined || !wantsSave(row)) return;
    const message = command(this.edges.encounterId, row);
    if (message === null) return;
    this.rows.value = sending(this.rows.value, treatmentClass);
    const ack = await this.edges.send(message);
    if (ack.ok) {
      this.saves += 1;
      this.savedAt.set(treatmentClass, this.saves);
      this.rows.value = acknowledged(this.rows.value, treatmentClass);
      this.edges.onSaved();
    } else {
      this.rows.value = refused(this.rows.value, treatmentClass, this.edges.explain(ack));
    }
  }
}
