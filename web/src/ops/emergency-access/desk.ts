// What compliance knows of emergency access. How many wait for a review is asked every few seconds
// (the role has no socket: it has no part in who waits and who works); the reasons, which are an
// entry of the audit log each time, when the tab is open and that number changed.

import { signal } from "@preact/signals";
import { type ApiError, api, asApiError } from "../../shared/http";
import type {
  EmergencyReviewForm,
  EmergencyReviewsView,
  EmergencyWaitingView,
} from "../../shared/protocol/types";

const PATH = "/api/v1/compliance/emergency-access";
const EVERY_MS = 10_000;

export class EmergencyDesk {
  readonly view = signal<EmergencyReviewsView | null>(null);
  readonly waiting = signal(0);
  /** Accounts for emergencies that signed in, and nobody has said that it was seen. */
  readonly signedIn = signal(0);
  readonly error = signal<ApiError | null>(null);
  /** What was done last, in words. */
  readonly said = signal("");
  private isOpen = false;
  private newest: number | null = null;
  private readonly timer = setInterval(() => void this.look(), EVERY_MS);

  constructor() {
    void this.look();
  }

  close(): void {
    clearInterval(this.timer);
  }

  /** Ask how many wait; reads the reasons again if they are shown and others have come. */
  async look(): Promise<void> {
    try {
      const told = await api<EmergencyWaitingView>("GET", `${PATH}/waiting`);
      const isNew = told.newest_ms !== this.newest || told.waiting !== this.waiting.value;
      this.newest = told.newest_ms;
      this.waiting.value = told.waiting;
      this.signedIn.value = told.signed_in;
      if (isNew && this.isOpen && this.view.value !== null) await this.load();
    } catch {
      // The tab itself says what is wrong when it is looked at.
    }
  }

  /** The tab is open: read the reasons. */
  async load(): Promise<void> {
    this.isOpen = true;
    try {
      this.take(await api<EmergencyReviewsView>("GET", PATH));
    } catch (thrown) {
      if (this.isOpen) this.error.value = asApiError(thrown);
    }
  }

  /** The tab is left: nothing of it is read again by itself, nor kept that comes late. */
  leave(): void {
    this.isOpen = false;
    this.view.value = null;
    this.error.value = null;
  }

  /** Whether it went through. */
  async review(id: string, form: EmergencyReviewForm): Promise<boolean> {
    try {
      this.take(await api<EmergencyReviewsView>("POST", `${PATH}/${id}/review`, form));
      this.said.value = "The review is written down.";
      return true;
    } catch (thrown) {
      this.error.value = asApiError(thrown);
      return false;
    }
  }

  private take(view: EmergencyReviewsView): void {
    this.waiting.value = view.waiting;
    if (!this.isOpen) return;
    this.view.value = view;
    this.error.value = null;
  }
}
