// What this practitioner may read of others: what is open in an emergency, what they were in or
// supervise, and the one chart that is being read. Nothing here is written.

import { computed, signal } from "@preact/signals";
import { Asking } from "../shared/asking";
import { type ApiError, api, asApiError } from "../shared/http";
import type {
  ChartView,
  EmergencyAccessesView,
  EmergencyAccessForm,
  EmergencyAccessView,
  ReadablesView,
  ReadableView,
} from "../shared/protocol/types";
import { stillOpen } from "./emergency-access";

const EMERGENCY = "/api/v1/console/emergency-access";

export class ReadingDesk extends Asking {
  readonly others = signal<readonly ReadableView[]>([]);
  readonly more = signal(false);
  /** The exam that is read, and its chart once it is there. */
  readonly reading = signal<string | null>(null);
  readonly chart = signal<ChartView | null>(null);
  readonly chartError = signal<ApiError | null>(null);
  /** Which access could not be ended, and why. */
  readonly notEnded = signal<{ readonly id: string; readonly error: ApiError } | null>(null);
  private readonly opened = signal<readonly EmergencyAccessView[]>([]);
  private readonly ahead = signal(0);
  private readonly tick = signal(Date.now());
  private readonly ticking = setInterval(() => this.onTick(), 1_000);
  /** The server's clock. */
  readonly now = computed(() => this.tick.value + this.ahead.value);
  /** The accesses whose time is not over. */
  readonly open = computed(() => stillOpen(this.opened.value, this.now.value));

  constructor() {
    super();
    void this.load();
  }

  close(): void {
    clearInterval(this.ticking);
  }

  async load(): Promise<void> {
    try {
      this.take(await api<EmergencyAccessesView>("GET", EMERGENCY));
    } catch {
      // Nothing is shown as open that may not be; the console says itself what is wrong.
    }
  }

  /** Open a patient's charts; whether it went through. */
  begin(form: EmergencyAccessForm): Promise<boolean> {
    return this.attempt(async () => {
      this.take(await api<EmergencyAccessesView>("POST", EMERGENCY, form));
    });
  }

  /** End it before its time; a refusal is said in its banner. */
  async end(access: EmergencyAccessView): Promise<void> {
    if (access.exams.some((one) => one.encounter_id === this.reading.value)) this.putAway();
    this.notEnded.value = null;
    try {
      this.take(await api<EmergencyAccessesView>("DELETE", `${EMERGENCY}/${access.id}`));
    } catch (thrown) {
      this.notEnded.value = { id: access.id, error: asApiError(thrown) };
    }
  }

  /** A page of what others examined, before the last one that is known. */
  loadOthers(on: "first" | "next"): Promise<boolean> {
    const last = on === "next" ? this.others.value.at(-1) : undefined;
    const query = last === undefined ? "" : `?before=${last.requested_at_ms}`;
    return this.attempt(async () => {
      const page = await api<ReadablesView>("GET", `/api/v1/console/readable${query}`);
      this.others.value =
        last === undefined ? page.exams : [...this.others.value, ...page.exams];
      this.more.value = page.more;
    });
  }

  async read(encounterId: string): Promise<void> {
    this.putAway();
    this.reading.value = encounterId;
    try {
      const path = `/api/v1/console/encounters/${encounterId}`;
      const chart = await api<ChartView>("GET", path);
      if (this.reading.value === encounterId) this.chart.value = chart;
    } catch (thrown) {
      if (this.reading.value === encounterId) this.chartError.value = asApiError(thrown);
    }
  }

  putAway(): void {
    this.reading.value = null;
    this.chart.value = null;
    this.chartError.value = null;
  }

  /** The access by which an exam is read, if it is by one. */
  accessTo(encounterId: string | null): EmergencyAccessView | null {
    const has = (one: EmergencyAccessView): boolean =>
      one.exams.some((each) => each.encounter_id === encounterId);
    return this.open.value.find(has) ?? null;
  }

  private onTick(): void {
    const before = this.accessTo(this.reading.value);
    this.tick.value = Date.now();
    // What is on the screen goes with the time, too.
    if (before !== null && this.accessTo(this.reading.value) === null) this.putAway();
  }

  private take(view: EmergencyAccessesView): void {
    this.tick.value = Date.now();
    this.ahead.value = view.now_ms - this.tick.value;
    this.opened.value = view.open;
  }
}
