// The fresh proof that is being given: a passkey, or what is typed. A browser may ask for the passkey
// for minutes: whoever types a password meanwhile, or closes the dialog, has given it up.

import { signal } from "@preact/signals";
import { askPasskey } from "../authenticator";
import { type ApiError, api, asApiError } from "../http";
import type { PasskeyRequestView, StepUpForm, StepUpView } from "../protocol/types";
import { answerProof } from "../stepping-up";

export class Proving {
  readonly view = signal<StepUpView | null>(null);
  readonly typed = signal("");
  readonly busy = signal(false);
  readonly error = signal<ApiError | null>(null);
  /** The dialog as it is open now: what an earlier one asked says nothing in it. */
  private opened = 0;
  private touching: AbortController | null = null;
  private sending = false;

  /** `path`: for example `/api/v1/console/session/step-up`. */
  constructor(private readonly path: string) {}

  async load(): Promise<void> {
    this.close();
    const mine = this.opened;
    try {
      const view = await api<StepUpView>("GET", this.path);
      if (mine === this.opened) this.view.value = view;
    } catch (thrown) {
      if (mine === this.opened) this.error.value = asApiError(thrown);
    }
  }

  /** Nothing is waited for any more, the browser's question neither. */
  close(): void {
    this.opened += 1;
    this.giveUp();
    this.view.value = null;
    this.typed.value = "";
    this.error.value = null;
    this.sending = false;
    this.busy.value = false;
  }

  async submit(): Promise<void> {
    const way = typedWay(this.view.value);
    if (this.sending || way === undefined || this.typed.value.trim() === "") return;
    this.giveUp();
    const mine = this.opened;
    this.sending = true;
    this.busy.value = true;
    this.error.value = null;
    const form: StepUpForm =
      way === "code" ? { code: this.typed.value.trim() } : { password: this.typed.value };
    try {
      await api<StepUpView>("POST", this.path, form);
      answerProof(true);
    } catch (thrown) {
      if (mine === this.opened) this.error.value = asApiError(thrown);
    }
    if (mine !== this.opened) return;
    this.typed.value = "";
    this.sending = false;
    this.busy.value = false;
  }

  async touch(): Promise<void> {
    if (this.busy.value) return;
    const mine = new AbortController();
    this.touching = mine;
    this.busy.value = true;
    this.error.value = null;
    try {
      const question = await api<PasskeyRequestView>("POST", `${this.path}/passkey-options`);
      if (mine.signal.aborted) return;
      const form = await askPasskey(question, { gone: mine.signal });
      if (mine.signal.aborted) return;
      await api<StepUpView>("POST", `${this.path}/passkey`, form);
      answerProof(true);
    } catch (thrown) {
      if (this.touching === mine) this.error.value = asApiError(thrown);
    }
    if (this.touching === mine) {
      this.touching = null;
      this.busy.value = false;
    }
  }

  private giveUp(): void {
    this.touching?.abort();
    this.touching = null;
  }
}

/** What is typed, where something is. */
export function typedWay(view: StepUpView | null): "password" | "code" | undefined {
  return view?.ways.find((one) => one === "password" || one === "code");
}
