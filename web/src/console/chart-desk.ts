// One open chart: read, kept fresh, edited, signed. The edge around note.ts, dispositions.ts
// and the chart as the server has it.
//
// The chart is read again when its entries changed, but not after each save of the note: while
// the note is being typed the reading waits for a pause, since nothing in it would be news.

import { computed, type Signal, signal } from "@preact/signals";
import { type ApiError, api, asApiError } from "../shared/http";
import type { Draft } from "../shared/protocol/socket";
import type {
  Ack,
  ChartView,
  FindingView,
  Gate,
  NamedFlag,
  NoteView,
  PersonInRoomInput,
  PractitionerCommand,
} from "../shared/protocol/types";
import { isUnsaved } from "./dispositions";
import { isSaved } from "./note";
import { NoteDesk } from "./note-desk";
import { Drafts, tabShelf } from "./note-drafts";
import { RowsDesk } from "./rows-desk";
import { explain } from "./words";

const REREAD_MS = 150;
const TYPING_MS = 1_500;
const SETTLE_MS = 6_000;
/** Evidence comes every ten seconds. */
const MEASURED_MS = 5_000;

export type Send = (command: Draft<PractitionerCommand>) => Promise<Ack>;

export class ChartDesk {
  readonly view = signal<ChartView | null>(null);
  readonly problem = signal<ApiError | null>(null);
  readonly loading = signal(false);
  readonly note: NoteDesk;
  readonly rows: RowsDesk;
  /** Prompts confirmed here whose acknowledgement is under way. */
  readonly gatesUnderWay = signal<Readonly<Partial<Record<Gate, boolean>>>>({});
  readonly gateProblem = signal<string | null>(null);
  /** Why what the patient wrote is not down as read. */
  readonly answersProblem = signal<string | null>(null);
  /** An emergency is being told, or its end; and why that was refused. */
  readonly telling = signal(false);
  readonly emergencyProblem = signal<string | null>(null);
  /** Ticks of findings whose acknowledgement is under way, and why one was refused. */
  readonly looksUnderWay = signal<Readonly<Record<string, boolean>>>({});
  readonly lookProblem = signal<Readonly<Record<string, string>>>({});
  readonly unsaved = computed(
    () => !isSaved(this.note.note.value) || this.rows.rows.value.some(isUnsaved),
  );
  private timer: ReturnType<typeof setTimeout> | undefined;
  private measuring: ReturnType<typeof setTimeout> | undefined;
  private reading: Promise<void> | null = null;
  private readonly pending = new Set<Promise<unknown>>();
  private disposed = false;

  constructor(
    readonly encounterId: string,
    private readonly send: Send,
    note: NoteDesk | null = null,
  ) {
    const tell = { encounterId, send, explain };
    const drafts = new Drafts(tabShelf(), encounterId);
    const edges = { ...tell, drafts, fetch: () => this.fetchedNote() };
    this.note = note ?? new NoteDesk(edges);
    this.rows = new RowsDesk({ ...tell, onSaved: () => this.reread() });
  }

  /** Read the chart now. Calls while one is being read share the one after it. */
  async load(): Promise<void> {
    clearTimeout(this.timer);
    while (this.reading !== null) await this.reading;
    this.reading = this.read();
    await this.reading;
  }

  /** The chart's entries changed: read it soon, once. */
  reread(): void {
    clearTimeout(this.timer);
    if (this.disposed) return;
    const typing = Date.now() - this.note.lastSaveMs < TYPING_MS;
    const wait = typing || !isSaved(this.note.note.value) ? TYPING_MS : REREAD_MS;
    this.timer = setTimeout(() => void this.load(), wait);
  }

  gate(gate: Gate): boolean {
    return this.gatesUnderWay.value[gate] ?? this.view.value?.gates[gate] ?? false;
  }

  async confirm(gate: Gate, confirmed: boolean): Promise<void> {
    this.gateProblem.value = null;
    this.gatesUnderWay.value = { ...this.gatesUnderWay.value, [gate]: confirmed };
    const ack = await this.tracked(
      this.send({ type: "gate.confirm", encounter_id: this.encounterId, gate, confirmed }),
    );
    if (!ack.ok) this.gateProblem.value = explain(ack);
    await this.load();
    const { [gate]: _done, ...others } = this.gatesUnderWay.value;
    this.gatesUnderWay.value = others;
  }

  looked({ treatment_class, standing }: FindingView): boolean {
    const counts = standing === "seen" || standing === "pending";
    return this.looksUnderWay.value[treatment_class] ?? counts;
  }

  /** Say that the findings of a treatment are seen on the video now, or take that back. */
  async look(treatment_class: string, seen: boolean): Promise<void> {
    const { [treatment_class]: _old, ...problems } = this.lookProblem.value;
    this.lookProblem.value = problems;
    this.looksUnderWay.value = { ...this.looksUnderWay.value, [treatment_class]: seen };
    const { encounterId: encounter_id } = this;
    const ack = await this.tracked(
      this.send({ type: "finding.see", encounter_id, treatment_class, seen }),
    );
    if (!ack.ok) this.lookProblem.value = { ...problems, [treatment_class]: explain(ack) };
    await this.load();
    const { [treatment_class]: _done, ...others } = this.looksUnderWay.value;
    this.looksUnderWay.value = others;
  }

  /** Who is with the patient, as heard and seen; that confirms it too. */
  setRoom(people: readonly PersonInRoomInput[]): Promise<void> {
    const { encounterId: encounter_id, gateProblem } = this;
    return this.say({ type: "room.set", encounter_id, people: [...people] }, gateProblem);
  }

  /** The patient is in another state than they gave, as heard in the call. */
  heard(jurisdiction: string): Promise<void> {
    const encounter_id = this.encounterId;
    return this.say({ type: "location.heard", encounter_id, jurisdiction }, this.gateProblem);
  }

  raiseEmergency(): Promise<void> {
    return this.tell({
      type: "emergency.raise",
      encounter_id: this.encounterId,
      flag: "other",
    });
  }

  clearEmergency(): Promise<void> {
    return this.tell({ type: "emergency.clear", encounter_id: this.encounterId });
  }

  /** What the patient wrote was read, as `sha256` names it. */
  readAnswers(sha256: string): Promise<void> {
    const encounter_id = this.encounterId;
    return this.say({ type: "answers.read", encounter_id, sha256 }, this.answersProblem);
  }

  /** Why these review flags do not bar an approval; null, or why that was not written down. */
  async reasonFlags(flags: readonly NamedFlag[], reason: string): Promise<string | null> {
    const { encounterId: encounter_id } = this;
    const ack = await this.tracked(
      this.send({ type: "flags.reason", encounter_id, flags: [...flags], reason }),
    );
    await this.load();
    return ack.ok ? null : explain(ack);
  }

  private async tell(command: Draft<PractitionerCommand>): Promise<void> {
    this.telling.value = true;
    await this.say(command, this.emergencyProblem);
    this.telling.value = false;
  }

  /** Send it; a refusal is said where it was pressed. */
  private async say(
    command: Draft<PractitionerCommand>,
    problem: Signal<string | null>,
  ): Promise<void> {
    problem.value = null;
    const ack = await this.tracked(this.send(command));
    if (!ack.ok) problem.value = explain(ack);
    await this.load();
  }

  /** Do one act of a review, and show what came of it. */
  async act(command: Draft<PractitionerCommand>): Promise<Ack> {
    const ack = await this.tracked(this.send(command));
    if (ack.ok) await this.load();
    return ack;
  }

  /** Save everything, then read the chart: what is on the page is what will be signed. */
  async settle(): Promise<boolean> {
    const note = this.note.flush(SETTLE_MS);
    const rows = within(this.rows.flush(), SETTLE_MS);
    const others = within(
      Promise.all([...this.pending]).then(() => true),
      SETTLE_MS,
    );
    const saved = await Promise.all([note, rows, others]);
    if (!saved.every(Boolean)) return false;
    await this.load();
    return this.problem.value === null;
  }

  /** Sign the chart as `view` shows it. */
  sign(view: ChartView): Promise<Ack> {
    return this.tracked(
      this.send({
        type: "encounter.sign",
        encounter_id: this.encounterId,
        attestation_version: view.attestation_version,
        attested: true,
        chart_head: view.chart_head,
      }),
    );
  }

  async addendum(text: string): Promise<Ack> {
    const ack = await this.tracked(
      this.send({ type: "addendum.add", encounter_id: this.encounterId, text }),
    );
    if (ack.ok) await this.load();
    return ack;
  }

  dispose(): void {
    this.note.dispose();
    this.rows.dispose();
    this.disposed = true;
    clearTimeout(this.timer);
    clearTimeout(this.measuring);
  }

  private async read(): Promise<void> {
    this.loading.value = true;
    try {
      const since = this.rows.moment();
      const view = await this.fetch();
      this.problem.value = null;
      if (!this.disposed) this.take(view, since);
    } catch (thrown) {
      this.problem.value = asApiError(thrown);
    } finally {
      this.loading.value = false;
      this.reading = null;
    }
  }

  private take(view: ChartView, since: number): void {
    const before = this.view.value;
    // It was told, or is over, by whomever: what was refused before is no news any more.
    if (isEmergency(view) !== isEmergency(before)) this.emergencyProblem.value = null;
    this.view.value = view;
    this.note.refresh(view);
    this.rows.refresh(view, since);
    if (view.findings.some((each) => each.standing === "pending")) this.rereadLater();
  }

  /** What is still being measured is no news of the chart's: ask. */
  private rereadLater(): void {
    clearTimeout(this.measuring);
    this.measuring = setTimeout(() => this.reread(), MEASURED_MS);
  }

  private async fetchedNote(): Promise<NoteView | null> {
    try {
      return await api<NoteView>("GET", `/api/v1/console/encounters/${this.encounterId}/note`);
    } catch {
      return null;
    }
  }

  private fetch(): Promise<ChartView> {
    return api<ChartView>("GET", `/api/v1/console/encounters/${this.encounterId}`);
  }

  /** Nothing is signed while this is on its way. */
  tracked<T>(work: Promise<T>): Promise<T> {
    this.pending.add(work);
    void work.finally(() => this.pending.delete(work));
    return work;
  }
}

function isEmergency(view: ChartView | null): boolean {
  return (view?.emergency ?? null) !== null;
}

function within(work: Promise<boolean>, limitMs: number): Promise<boolean> {
  return Promise.race([
    work,
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), limitMs)),
  ]);
}
