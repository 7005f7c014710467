// The patient's page as one object: what it knows, what it may ask of the server. Edge.
//
// The link's secret lives in memory only. After it was redeemed the cookie is the session, and
// a reload goes on from `GET state`. On a shared tablet, `end` forgets everything.

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { type ApiError, api, apiErrorOf, asApiError, type Method } from "../shared/http";
import { type Language, language, setLanguage } from "../shared/i18n";
import type {
  ConsentsForm,
  DeviceTestForm,
  IceServersView,
  IdentityFormInput,
  JoinStateView,
  KioskView,
  LocationForm,
  QuestionnaireView,
  SiteInfoView,
  TreatmentRefInput,
} from "../shared/protocol/types";
import { deviceId } from "./device-id";
import {
  type IntakeStep,
  type Phase,
  type ScreenName,
  screenOf,
  secretOf,
  stepBefore,
  wantsSocket,
} from "./flow";
import { forgetSession, NOT_SIGNED_IN } from "./forgetting";
import { ForwardDesk } from "./forward-desk";
import { HelpDesk } from "./help-desk";
import { Room } from "./room";
import { Turns } from "./turns";

const JOIN = "/api/v1/join";
const LEFT: ReadonlySet<Phase["name"]> = new Set(["forgetting", "replaced", "closed"]);

/** A form, or how it is to be filled in when it has its turn. */
type Form = object | (() => object);

interface Sending {
  /** An earlier step stays open; so does one that was gone back to meanwhile. */
  readonly stays?: boolean;
  /** It waits for its turn, where something else is on its way. */
  readonly surely?: boolean;
}

export class JoinSession {
  readonly phase = signal<Phase>({ name: "loading" });
  readonly view = signal<JoinStateView | null>(null);
  readonly kiosk = signal<KioskView | null>(null);
  readonly demo = signal(false);
  readonly error = signal<ApiError | null>(null);
  private readonly turns = new Turns();
  readonly busy = this.turns.busy;
  /** Another device holds this exam: ask before taking over. */
  readonly takeOver = signal(false);
  readonly back = signal<IntakeStep | null>(null);
  readonly emergencyRead = signal(false);
  readonly calledBack = signal(false);
  readonly room: Room;
  readonly forward: ForwardDesk = new ForwardDesk(this);
  readonly help: HelpDesk = new HelpDesk(this);
  /** As typed at the gate, so that it need not be typed twice. */
  birthDate = "";
  private secret: string | null = null;
  private asked = 0;
  private entered = 0;

  readonly screen: ReadonlySignal<ScreenName | null> = computed(() => {
    const view = this.view.value;
    return view === null || this.phase.value.name !== "flow"
      ? null
      : screenOf({
          view,
          visit: this.room.live.value.visit,
          back: this.back.value,
          emergencyRead: this.emergencyRead.value,
          calledBack: this.calledBack.value,
        });
  });

  constructor() {
    this.room = new Room({
      onVisit: () => void this.refresh(),
      onReplaced: () => this.leaveTo({ name: "replaced" }),
      onSessionEnded: (reason) => this.onSessionEnded(reason),
    });
  }

  get hasLink(): boolean {
    return this.secret !== null;
  }

  /** The link to open elsewhere; without the secret only the page's address is left. */
  get link(): string {
    const page = `${location.origin}/join`;
    return this.secret === null ? page : `${page}#${this.secret}`;
  }

  async start(): Promise<void> {
    this.phase.value = { name: "loading" };
    this.error.value = null;
    void this.learnSite();
    this.secret = secretOf(location.hash);
    if (this.secret !== null) {
      this.phase.value = { name: "gate" };
      return;
    }
    try {
      this.open(await api<JoinStateView>("GET", `${JOIN}/state`));
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.status >= 400 && error.status < 500 && error.code !== "rate_limited") {
        await this.startWithout();
      } else {
        this.error.value = error;
        this.phase.value = { name: "unreachable" };
      }
    }
  }

  toGate(): void {
    this.error.value = null;
    this.phase.value = { name: "gate" };
  }

  /** Prove the link, or on a tablet the code, with the date of birth. */
  async redeem(birthDate: string, code: string | null, takeOver: boolean): Promise<void> {
    this.birthDate = birthDate;
    const proof = { birth_date: birthDate, take_over: takeOver };
    await this.busily(async () => {
      try {
        const view =
          code === null
            ? await api<JoinStateView>("POST", `${JOIN}/session`, {
                secret: this.secret,
                device: deviceId(),
                ...proof,
              })
            : await api<JoinStateView>("POST", `${JOIN}/kiosk`, { code, ...proof });
        this.takeOver.value = false;
        history.replaceState(null, "", location.pathname);
        this.open(view);
      } catch (thrown) {
        const error = asApiError(thrown);
        this.takeOver.value = error.code === "device_takeover_required";
        if (!this.takeOver.value) {
          throw error;
        }
      }
    });
  }

  // ---------------------------------------------------------------- the intake's forms

  /** Send a form; the answer says where the patient stands now. True when it was taken. */
  put(path: string, form: Form, how: Sending = {}): Promise<boolean> {
    return this.send("PUT", path, form, how);
  }

  send(method: Method, path: string, form: Form, how: Sending = {}): Promise<boolean> {
    const { stays = false, surely = false } = how;
    const was = this.back.value;
    const work = async (): Promise<void> => {
      const body = typeof form === "function" ? form() : form;
      this.enter(await api<JoinStateView>(method, `${JOIN}/${path}`, body));
      if (!stays && this.back.value === was) {
        this.back.value = null;
      }
    };
    return surely ? this.surely(work) : this.busily(work);
  }

  putHolder(holder: "patient" | "staff", staffName: string): Promise<boolean> {
    return this.put("holder", { holder, staff_name: staffName });
  }

  putIdentity(form: IdentityFormInput): Promise<boolean> {
    return this.put("identity", form);
  }

  putLocation(form: LocationForm): Promise<boolean> {
    return this.put("location", form);
  }

  putTreatments(treatments: readonly TreatmentRefInput[]): Promise<boolean> {
    return this.put("treatments", { treatments });
  }

  putPrivacy(alone: boolean): Promise<boolean> {
    return this.put("privacy", { alone }, { stays: true, surely: true });
  }

  putConsents(form: ConsentsForm): Promise<boolean> {
    return this.put("consents", form);
  }

  putDeviceTest(form: DeviceTestForm): Promise<boolean> {
    return this.put("device-test", form);
  }

  /** What the network test goes through; the credentials are for this session. */
  async iceServers(): Promise<IceServersView["ice_servers"]> {
    return (await api<IceServersView>("GET", `${JOIN}/ice-servers`)).ice_servers;
  }

  questionnaire(): Promise<QuestionnaireView> {
    return api("GET", `${JOIN}/questionnaire?language=${language.value}`);
  }

  goBack(): void {
    const { screen, view } = this;
    if (screen.value !== null && view.value !== null) {
      this.error.value = null;
      const { kiosk, minor, forward } = view.value;
      this.back.value = stepBefore(screen.value, kiosk, minor, forward);
    }
  }

  async joinQueue(): Promise<void> {
    await this.busily(async () => {
      const ack = await this.room.join();
      await this.refresh();
      if (ack?.ok === false && ack.error?.code !== "already_waiting") {
        throw apiErrorOf(ack.error);
      }
    });
  }

  async callBack(): Promise<void> {
    await this.busily(async () => {
      const ack = await this.room.callBack();
      if (ack?.ok === false) {
        throw apiErrorOf(ack.error);
      }
      this.calledBack.value = ack?.ok === true;
      await this.refresh();
    });
  }

  /** Change the language, and tell the server when it already knows who this is. Whoever has
   * gone on, or back, before it answers stays there. */
  async speak(next: Language): Promise<void> {
    setLanguage(next);
    if (this.spoken() === null) {
      return;
    }
    await this.surely(async () => {
      const form = this.spoken();
      if (form !== null) {
        this.enter(await api<JoinStateView>("PUT", `${JOIN}/identity`, form));
      }
    });
  }

  /** Who this is, in the language of this page; null where the server is not told of it. */
  private spoken(): IdentityFormInput | null {
    const view = this.view.value;
    const early = view?.visit === "requested" || view?.visit === "intake";
    return view === null || view.identity === null || !early
      ? null
      : { ...view.identity, language: language.value };
  }

  // ---------------------------------------------------------------- endings

  /** Forget this patient here. */
  async end(): Promise<void> {
    this.leaveTo({ name: "forgetting" });
    this.secret = null;
    this.birthDate = "";
    await forgetSession(`${JOIN}/end`);
    location.replace("/join");
  }

  async refresh(): Promise<void> {
    if (this.phase.value.name !== "flow") {
      return;
    }
    this.asked += 1;
    const mine = this.asked;
    try {
      let before: number;
      let view: JoinStateView;
      do {
        // What was entered meanwhile may be newer than this answer, or older: it is asked again.
        before = this.entered;
        view = await api<JoinStateView>("GET", `${JOIN}/state`);
      } while (mine === this.asked && before !== this.entered);
      if (mine === this.asked) {
        this.enter(view);
      }
    } catch (thrown) {
      const error = asApiError(thrown);
      if (mine === this.asked && NOT_SIGNED_IN.has(error.code)) {
        this.onSessionEnded(error.code);
      }
    }
  }

  private onSessionEnded(reason: string): void {
    if (this.view.value?.kiosk === true) {
      this.leaveTo({ name: "forgetting" });
      location.replace("/join");
      return;
    }
    this.leaveTo({ name: "closed", code: reason });
  }

  private leaveTo(phase: Phase): void {
    this.room.close();
    this.forward.stop();
    this.help.forget();
    this.asked += 1;
    this.view.value = null;
    this.error.value = null;
    this.phase.value = phase;
  }

  /** The flow begins, unless this page was left while it was asked for. */
  private open(view: JoinStateView): void {
    if (!LEFT.has(this.phase.value.name)) {
      this.phase.value = { name: "flow" };
      this.enter(view);
    }
  }

  /** What comes after the page was left is of somebody who may be gone: it is not shown. */
  enter(view: JoinStateView): void {
    if (this.phase.value.name !== "flow") {
      return;
    }
    this.entered += 1;
    const first = this.view.value === null;
    this.view.value = view;
    this.calledBack.value = view.callback !== null;
    this.demo.value = view.demo;
    if (first) {
      setLanguage(view.identity === null ? language.value : view.language);
      if (view.kiosk && this.kiosk.value === null) {
        void this.learnKiosk();
      }
    }
    if (this.screen.value !== null && wantsSocket(this.screen.value)) {
      this.room.connect();
    }
  }

  private async startWithout(): Promise<void> {
    const kiosk = await this.learnKiosk();
    this.phase.value = kiosk === null ? { name: "no_link" } : { name: "kiosk", kiosk };
  }

  private async learnKiosk(): Promise<KioskView | null> {
    try {
      this.kiosk.value = await api<KioskView>("GET", `${JOIN}/kiosk`);
    } catch {
      this.kiosk.value = null;
    }
    return this.kiosk.value;
  }

  private async learnSite(): Promise<void> {
    try {
      this.demo.value = (await api<SiteInfoView>("GET", "/api/v1/info")).demo;
    } catch {
      // The banner waits for the next answer that says it.
    }
  }

  /** One request at a time; whatever is thrown is shown. True when nothing was. */
  busily(work: () => Promise<void>): Promise<boolean> {
    return this.turns.take(() => this.shown(work));
  }

  /** The same for what somebody confirmed: it waits for its turn. */
  surely(work: () => Promise<void>): Promise<boolean> {
    return this.turns.after(() => this.shown(work));
  }

  private async shown(work: () => Promise<void>): Promise<boolean> {
    this.error.value = null;
    try {
      await work();
      return true;
    } catch (thrown) {
      const error = asApiError(thrown);
      if (NOT_SIGNED_IN.has(error.code) && this.phase.value.name === "flow") {
        this.onSessionEnded(error.code);
      } else {
        this.error.value = error;
      }
      return false;
    }
  }
}
