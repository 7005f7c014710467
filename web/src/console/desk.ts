// The live console: one socket, the reducer's state, the call and the open chart. It performs
// what events ask for; what they mean is decided by state.ts and by the server.

import { signal } from "@preact/signals";
import { api } from "../shared/http";
import { connectSocket, type Draft, type LiveSocket } from "../shared/protocol/socket";
import type {
  Ack,
  OfferCard,
  PractitionerCommand,
  PractitionerEvent,
  ReviewReturn,
  ReviewRow,
  ReviewUpgrade,
} from "../shared/protocol/types";
import { mediaAlive } from "../shared/rtc/devices";
import { Alerts } from "./alerts";
import { acceptsByItself, type PageFacts } from "./auto-accept";
import { CallChat } from "./call-chat";
import { CallDesk } from "./call-desk";
import { ChartDesk } from "./chart-desk";
import { isUnsaved } from "./dispositions";
import { isTextField } from "./keys";
import { LeavingNotes } from "./leaving-notes";
import { endedWords } from "./reviews";
import { ReviewsDesk } from "./reviews-desk";
import { accepted, type ConsoleState, EMPTY, parked, reduce } from "./state";
import { closedWords, explain, visitWords } from "./words";

export type PassReason =
  | "busy"
  | "conflict_of_interest"
  | "outside_competence"
  | "break"
  | "other";

export type Panel = "queue" | "call" | "chart";

export interface Notice {
  readonly tone: "info" | "warn" | "error";
  readonly text: string;
}

/** Why a socket is refused for good: the session is over. */
const REFUSED: ReadonlySet<string> = new Set(["not_signed_in", "session_expired"]);

export class Desk {
  readonly state = signal<ConsoleState>(EMPTY);
  readonly now = signal(Date.now());
  readonly chart = signal<ChartDesk | null>(null);
  readonly panel = signal<Panel>("queue");
  readonly notice = signal<Notice | null>(null);
  readonly answering = signal(false);
  readonly alerts = new Alerts();
  readonly reviews = new ReviewsDesk();
  readonly leaving = new LeavingNotes();
  readonly link: LiveSocket<PractitionerCommand>;
  readonly call: CallDesk;
  readonly chat = new CallChat((command) => this.send(command));
  private deadline: ReturnType<typeof setTimeout> | undefined;
  private readonly ticking = setInterval(() => this.tick(), 1_000);

  constructor() {
    this.link = connectSocket<PractitionerCommand, PractitionerEvent>({
      namespace: "/practitioner",
      onEvent: (event) => this.onEvent(event),
      onState: (state, reason) => {
        if (state === "online") this.call.onSocketBack();
        if (state === "closed" && REFUSED.has(reason ?? "")) {
          this.state.value = { ...this.state.value, offer: null, ended: "expired" };
        }
      },
    });
    this.call = new CallDesk({
      send: (command) => this.send(command),
      online: () => this.link.state.value === "online",
    });
  }

  close(): void {
    clearInterval(this.ticking);
    clearTimeout(this.deadline);
    this.alerts.stop();
    this.reviews.close();
    this.call.end();
    this.putAway();
    this.leaving.close();
    this.link.close();
  }

  /** Whether words would be gone with the page. */
  get unsaved(): boolean {
    return this.chart.value?.unsaved.value === true || this.leaving.unsaved.value;
  }

  send(command: Draft<PractitionerCommand>): Promise<Ack> {
    return this.link.send(command);
  }

  /** Send, and say so when it was refused. */
  async ask(command: Draft<PractitionerCommand>): Promise<boolean> {
    const ack = await this.send(command);
    if (!ack.ok) this.notice.value = { tone: "error", text: explain(ack) };
    return ack.ok;
  }

  // ---------------------------------------------------------------- duty and offers

  async setAvailable(on: boolean): Promise<void> {
    this.notice.value = null;
    if (on) void this.alerts.arm();
    await this.ask({ type: on ? "duty.available" : "duty.away" });
  }

  /** Throws ApiError. The server remembers it for every window of this practitioner. */
  async setAutoAccept(on: boolean): Promise<void> {
    await api("PUT", "/api/v1/console/settings", { auto_accept: on });
    this.state.value = { ...this.state.value, autoAccept: on };
  }

  async accept(): Promise<void> {
    const card = this.state.value.offer?.card;
    if (card === undefined || this.answering.value) return;
    this.answering.value = true;
    this.alerts.stop();
    const description = this.call.proposal();
    const ack = await this.send({
      type: "offer.accept",
      offer_id: card.offer_id,
      description,
    });
    this.answering.value = false;
    if (ack.ok) this.enter(accepted(this.state.value, card));
    else this.notice.value = { tone: "error", text: explain(ack) };
  }

  async pass(reason: PassReason): Promise<void> {
    const card = this.state.value.offer?.card;
    if (card === undefined || this.answering.value) return;
    this.answering.value = true;
    this.alerts.stop();
    await this.ask({ type: "offer.decline", offer_id: card.offer_id, reason });
    this.answering.value = false;
  }

  // ---------------------------------------------------------------- the encounter

  hangUp(encounterId: string): Promise<boolean> {
    return this.ask({ type: "call.hang_up", encounter_id: encounterId });
  }

  retryCall(encounterId: string): Promise<boolean> {
    this.call.allowAnother();
    return this.ask({ type: "call.retry", encounter_id: encounterId });
  }

  async park(encounterId: string): Promise<void> {
    if (!(await this.mayLeave())) return;
    if (!(await this.ask({ type: "encounter.park", encounter_id: encounterId }))) return;
    this.enter(parked(this.state.value, encounterId));
    this.drop(encounterId);
  }

  /** Call the patient of the open chart again. */
  resumeCall(encounterId: string): Promise<boolean> {
    void this.call.prepare();
    return this.ask({ type: "encounter.resume", encounter_id: encounterId });
  }

  /** End the visit unsigned; the patient comes again another time. */
  async reschedule(encounterId: string): Promise<void> {
    if (!(await this.mayLeave())) return;
    const command = { encounter_id: encounterId, reason: "not_seen_on_video" } as const;
    if (!(await this.ask({ type: "encounter.reschedule", ...command }))) return;
    this.enter(parked(this.state.value, encounterId));
    this.drop(encounterId);
    const text = "The exam was put off. The patient will be called back; the spa sees it.";
    this.notice.value = { tone: "info", text };
  }

  release(encounterId: string): Promise<boolean> {
    return this.ask({ type: "encounter.release", encounter_id: encounterId });
  }

  noShow(encounterId: string): Promise<boolean> {
    return this.ask({ type: "encounter.no_show", encounter_id: encounterId });
  }

  /** Open a chart beside, or instead of, the one that is open. */
  async open(encounterId: string): Promise<void> {
    if (this.chart.value?.encounterId === encounterId) {
      this.panel.value = "chart";
      return;
    }
    if (!(await this.mayLeave())) return;
    this.show(encounterId);
    this.panel.value = "chart";
  }

  /** Take what was sent, if it is not ours yet, and open it. */
  async openReview(row: ReviewRow): Promise<void> {
    const encounter_id = row.encounter_id;
    if (!row.mine && !(await this.ask({ type: "review.begin", encounter_id }))) {
      void this.reviews.load();
      return;
    }
    await this.open(encounter_id);
    if (this.chart.value?.encounterId === encounter_id) this.panel.value = "call";
    void this.reviews.load();
  }

  /** Give a review back, or ask for live video; what went wrong, in words. */
  async endReview(command: Draft<ReviewReturn | ReviewUpgrade>): Promise<string | null> {
    const ack = await this.send(command);
    if (!ack.ok) return explain(ack);
    this.drop(command.encounter_id);
    this.notice.value = { tone: "info", text: endedWords(command.type) };
    await this.reviews.load();
    return null;
  }

  async closeChart(): Promise<void> {
    if (!(await this.mayLeave())) return;
    void this.reviews.load();
    this.putAway();
    this.panel.value = "queue";
    const { encounterId } = this.state.value;
    if (encounterId !== null) this.show(encounterId);
  }

  // ---------------------------------------------------------------- events

  private onEvent(event: PractitionerEvent): void {
    const before = this.state.value;
    this.enter(reduce(before, event, Date.now()));
    switch (event.type) {
      case "practitioner.sync":
        this.resume();
        void this.chat.load();
        void this.chart.value?.note.catchUp();
        break;
      case "chat.said":
        this.chat.told(event);
        break;
      case "note.saved":
        if (this.chart.value?.encounterId === event.encounter_id) {
          this.chart.value.note.heard(event.revision);
        }
        break;
      case "call.started":
        this.call.begin(event.setup);
        break;
      case "call.changed":
        this.call.onChanged(event);
        break;
      case "peer.description":
      case "peer.candidate":
        this.call.onPeer(event);
        break;
      case "leg.offered":
      case "leg.linked":
      case "leg.closed":
        this.call.onLeg(event);
        break;
      case "offer.closed": {
        const text = closedWords(event);
        if (text !== null) this.notice.value = { tone: "warn", text };
        break;
      }
      default:
        break;
    }
  }

  /** Take the state on, and do what its changes ask for. */
  private enter(after: ConsoleState): void {
    const before = this.state.value;
    this.state.value = after;
    this.followOffer(before, after);
    if (after.encounterId !== null && after.encounterId !== before.encounterId) {
      this.show(after.encounterId);
      this.panel.value = after.visit === "wrap_up" ? "chart" : "call";
    }
    if (before.setup !== null && after.setup === null) this.call.end();
    this.chat.follow(after.setup === null ? null : after.encounterId);
    if (before.visit !== "wrap_up" && after.visit === "wrap_up") this.panel.value = "chart";
    if (before.visit === "wrap_up" && after.visit === "in_progress") this.panel.value = "call";
    this.followDecision(before, after);
    const chart = this.chart.value;
    if (chart === null) return;
    const mark = after.chartMarks[chart.encounterId];
    if (mark !== undefined && mark !== before.chartMarks[chart.encounterId]) chart.reread();
  }

  private followOffer(before: ConsoleState, after: ConsoleState): void {
    const [old, fresh] = [before.offer?.card.offer_id, after.offer?.card.offer_id];
    if (old === fresh) return;
    clearTimeout(this.deadline);
    this.alerts.stop();
    if (after.offer === null) {
      if (after.encounterId === null) this.call.release();
      return;
    }
    this.notice.value = null;
    this.alerts.ring();
    void this.warmUp(after.offer.card);
    this.deadline = setTimeout(() => this.tick(), after.offer.deadlineMs - Date.now() + 1);
  }

  /** Open the camera for an offer; with the setting on, that is all that is waited for. */
  private async warmUp(card: OfferCard): Promise<void> {
    const { encounter_id: encounterId, ice_servers: servers } = card;
    await this.call.warmUp({ encounterId, servers });
    const state = this.state.value;
    if (state.offer?.card.offer_id !== card.offer_id) return;
    const page: PageFacts = {
      writing: isTextField(document.activeElement as HTMLInputElement | null),
      asked: document.querySelector("dialog[open]") !== null,
      devices: this.call.problem.value === null && mediaAlive(this.call.local.value),
    };
    if (!acceptsByItself(state, page, Date.now())) return;
    await this.accept();
    if (this.state.value.encounterId !== card.encounter_id) return;
    const text = "This patient was accepted by itself, as you have set it.";
    this.notice.value = { tone: "info", text };
  }

  private followDecision(before: ConsoleState, after: ConsoleState): void {
    if (after.decided === before.decided || after.decided === null) return;
    const { encounterId, visit } = after.decided;
    const text = visitWords(visit);
    if (text !== null) this.notice.value = { tone: "info", text };
    if (visit !== "signed") this.drop(encounterId);
  }

  /**
   * After a sync. A page that only lost its socket goes on. One that was loaded anew has lost its
   * half: through the relay it is given another leg; directly the call begins anew, which the
   * server may have seen to.
   */
  private resume(): void {
    const { setup, call } = this.state.value;
    if (call !== null) this.call.onWholeState(call);
    if (setup === null || this.call.isRunning(setup)) return;
    void this.call.prepare();
    if (call === null || call.state === "ended") return;
    const relayed = setup.mode === "relay" && call.state !== "failed";
    if (relayed || call.state === "connecting") {
      this.call.begin(setup);
      return;
    }
    void this.send({ type: "call.retry", encounter_id: setup.encounter_id }).then((ack) => {
      const latest = this.state.value.setup;
      if (!ack.ok && latest !== null) this.call.begin(latest);
    });
  }

  private show(encounterId: string): void {
    this.putAway();
    const note = this.leaving.back(encounterId);
    const chart = new ChartDesk(encounterId, (command) => this.send(command), note);
    this.chart.value = chart;
    void chart.load();
  }

  /** Close the open chart; what is unsaved of its note is saved all the same. */
  private putAway(): void {
    const chart = this.chart.value;
    if (chart === null) return;
    chart.dispose();
    this.leaving.take(chart.note, chart.view.value?.identity.legal_name ?? "a patient");
    this.chart.value = null;
  }

  private drop(encounterId: string): void {
    if (this.chart.value?.encounterId !== encounterId) return;
    this.putAway();
    this.panel.value = "queue";
  }

  /** Whether the open chart can be left without losing words. */
  private async mayLeave(): Promise<boolean> {
    const chart = this.chart.value;
    if (chart === null || !chart.unsaved.value) return true;
    await Promise.all([chart.note.flush(), chart.rows.flush()]);
    if (!chart.unsaved.value) return true;
    const undecided = chart.rows.rows.value.some(
      (row) => row.now.disposition === null && isUnsaved(row),
    );
    const text = undecided
      ? "You wrote about a treatment without choosing a decision. Choose one, or clear the words."
      : "This chart has words that are not saved yet. It stays open until they are.";
    this.notice.value = { tone: "error", text };
    return false;
  }

  private tick(): void {
    this.now.value = Date.now();
  }
}
