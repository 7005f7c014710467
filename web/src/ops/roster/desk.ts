// What the roster shows and changes, over HTTP: a week of shifts, and the coverage of one day.

import { signal } from "@preact/signals";
import { type ApiError, api, asApiError } from "../../shared/http";
import type {
  CoverageView,
  ImportForm,
  ImportView,
  RosterView,
  ShiftView,
} from "../../shared/protocol/types";
import { type Instants, isoDate, midnight, mondayOf } from "../../shared/wall-times";
import { weekSpan } from "./week";

const SHIFTS = "/api/v1/ops/shifts";

export class RosterDesk {
  readonly monday = signal(mondayOf(isoDate(Date.now())));
  readonly day = signal(isoDate(Date.now()));
  readonly roster = signal<RosterView | null>(null);
  readonly coverage = signal<CoverageView | null>(null);
  readonly error = signal<ApiError | null>(null);
  private asked = 0;

  /** Read the week and the day again; an answer that was overtaken is dropped. */
  async load(): Promise<void> {
    this.asked += 1;
    const mine = this.asked;
    const { from, to } = weekSpan(this.monday.value);
    try {
      const [roster, coverage] = await Promise.all([
        api<RosterView>("GET", `${SHIFTS}?from=${from}&to=${to}`),
        api<CoverageView>("GET", `${SHIFTS}/coverage?from=${midnight(this.day.value)}`),
      ]);
      if (mine !== this.asked) return;
      this.roster.value = roster;
      this.coverage.value = coverage;
      this.error.value = null;
    } catch (thrown) {
      if (mine === this.asked) this.error.value = asApiError(thrown);
    }
  }

  showWeek(date: string): void {
    this.monday.value = mondayOf(date);
    this.day.value = this.monday.value;
    void this.load();
  }

  showDay(date: string): void {
    this.day.value = date;
    void this.load();
  }

  async add(practitionerId: string, span: Instants): Promise<void> {
    await api<ShiftView>("POST", SHIFTS, { practitioner_id: practitionerId, ...span });
    await this.load();
  }

  async change(shiftId: string, span: Instants): Promise<void> {
    await api<ShiftView>("PUT", `${SHIFTS}/${shiftId}`, span);
    await this.load();
  }

  async remove(shiftId: string): Promise<void> {
    await api<void>("DELETE", `${SHIFTS}/${shiftId}`);
    await this.load();
  }

  /** What a file would do, or, with `apply`, does: all of it or nothing. */
  async import(form: ImportForm): Promise<ImportView> {
    const found = await api<ImportView>("POST", `${SHIFTS}/import`, form);
    if (found.applied) await this.load();
    return found;
  }
}
