// Signing in with a passkey: by the button, or from the list that the browser opens below the field
// of the name. A browser does one of the two at a time, so the button takes the list away.

import { signal } from "@preact/signals";
import { askPasskey, passkeysListed } from "./authenticator";
import { type ApiError, api, asApiError } from "./http";
import type { AccountView, PasskeyForm, PasskeyRequestView } from "./protocol/types";

/** The list is asked for anew before what it answers is over. */
const FRESH = 0.8;

export interface PasskeyPorts {
  readonly entered: (account: AccountView) => void;
  /** Nobody is in. Null: a new try has begun. */
  readonly refused: (error: ApiError | null) => void;
}

export class PasskeySignIn {
  readonly busy = signal(false);
  private readonly endpoint: string;
  private readonly ports: PasskeyPorts;
  private list: AbortController | null = null;
  private closed = false;

  constructor(endpoint: string, ports: PasskeyPorts) {
    this.endpoint = endpoint;
    this.ports = ports;
  }

  /** Ask for a passkey now. */
  async press(): Promise<void> {
    if (this.busy.value) return;
    this.busy.value = true;
    this.withdraw();
    this.ports.refused(null);
    try {
      await this.enter(await askPasskey(await this.question()));
    } catch (thrown) {
      this.ports.refused(asApiError(thrown));
      void this.offer();
    } finally {
      this.busy.value = false;
    }
  }

  /** Have passkeys listed, for as long as this page is there. */
  async offer(): Promise<void> {
    this.withdraw();
    const list = new AbortController();
    this.list = list;
    if (this.closed || !(await passkeysListed())) return;
    try {
      const question = await this.question();
      if (list.signal.aborted) return;
      const again = setTimeout(() => void this.offer(), question.timeout_ms * FRESH);
      list.signal.addEventListener("abort", () => clearTimeout(again));
      const form = await askPasskey(question, { gone: list.signal, listed: true });
      clearTimeout(again);
      await this.chosen(form);
    } catch {
      // Nobody asked for it: the button and the password are there.
    }
  }

  close(): void {
    this.closed = true;
    this.withdraw();
  }

  private async chosen(form: PasskeyForm): Promise<void> {
    this.busy.value = true;
    this.ports.refused(null);
    try {
      await this.enter(form);
    } catch (thrown) {
      this.ports.refused(asApiError(thrown));
      void this.offer();
    } finally {
      this.busy.value = false;
    }
  }

  private async question(): Promise<PasskeyRequestView> {
    return await api<PasskeyRequestView>("POST", `${this.endpoint}/passkey-options`);
  }

  private async enter(form: PasskeyForm): Promise<void> {
    this.ports.entered(await api<AccountView>("POST", `${this.endpoint}/passkey`, form));
  }

  private withdraw(): void {
    this.list?.abort();
    this.list = null;
  }
}
