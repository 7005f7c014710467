// What the account page knows and asks: passkeys and other factors, a generator that is being set
// up, fresh codes.

import { signal } from "@preact/signals";
import { Asking } from "../asking";
import { makePasskey } from "../authenticator";
import { api } from "../http";
import type {
  CodeForm,
  FactorsView,
  GeneratorForm,
  NewGeneratorView,
  PasskeyCreationView,
  PasskeyLabelForm,
  PasswordForm,
  RecoveryCodesView,
} from "../protocol/types";
import { baseOf, type Staff } from "./words";

export class AccountDesk extends Asking {
  readonly factors = signal<FactorsView | null>(null);
  /** A generator that waits for a code of it. Its secret is shown this once. */
  readonly fresh = signal<NewGeneratorView | null>(null);
  /** Recovery codes that were just made. They are shown this once. */
  readonly codes = signal<readonly string[]>([]);
  private readonly base: string;
  /** The browser's own dialog, while it is open. */
  private prompt: AbortController | null = null;
  private last: Promise<boolean> = Promise.resolve(true);

  constructor(audience: Staff) {
    super();
    this.base = baseOf(audience);
  }

  async load(): Promise<void> {
    await this.ask(async () => {
      this.factors.value = await api<FactorsView>("GET", `${this.base}/factors`);
    });
  }

  async begin(label: string): Promise<void> {
    const form: GeneratorForm = { label };
    await this.ask(async () => {
      const path = `${this.base}/code-generators`;
      this.fresh.value = await api<NewGeneratorView>("POST", path, form);
    });
  }

  /** Whether the browser asks for a passkey just now. */
  get isPrompting(): boolean {
    return this.prompt !== null;
  }

  /** The account page is left. */
  close(): void {
    this.prompt?.abort();
  }

  giveUp(): void {
    this.fresh.value = null;
    this.error.value = null;
  }

  /** Whether the generator counts from now on. */
  async confirm(code: string): Promise<boolean> {
    const { value: fresh } = this.fresh;
    if (fresh === null) return false;
    const form: CodeForm = { code };
    return await this.ask(async () => {
      const path = `${this.base}/code-generators/${encodeURIComponent(fresh.id)}/confirm`;
      this.took(await api<RecoveryCodesView>("POST", path, form));
      this.fresh.value = null;
      this.said.value = "The code generator is set up. Other sessions of yours have ended.";
    });
  }

  async remove(id: string): Promise<void> {
    await this.confirmed(async () => {
      const path = `${this.base}/code-generators/${encodeURIComponent(id)}`;
      this.factors.value = await api<FactorsView>("DELETE", path);
      this.said.value = "The code generator is removed.";
    });
  }

  /** Whether the passkey counts from now on. */
  async makePasskey(label: string): Promise<boolean> {
    return await this.ask(async () => {
      const view = await api<PasskeyCreationView>("POST", `${this.base}/passkeys/options`);
      const form = await this.prompted((gone) => makePasskey(view, label, gone));
      this.took(await api<RecoveryCodesView>("POST", `${this.base}/passkeys`, form));
      this.said.value = "The passkey is set up. Other sessions of yours have ended.";
    });
  }

  /** Whether the passkey is called so. */
  async rename(id: string, label: string): Promise<boolean> {
    const form: PasskeyLabelForm = { label };
    return await this.ask(async () => {
      const path = `${this.base}/passkeys/${encodeURIComponent(id)}`;
      this.factors.value = await api<FactorsView>("PUT", path, form);
    });
  }

  async removePasskey(id: string): Promise<void> {
    await this.confirmed(async () => {
      const path = `${this.base}/passkeys/${encodeURIComponent(id)}`;
      this.factors.value = await api<FactorsView>("DELETE", path);
      this.said.value = "The passkey is removed here. Remove it from your device, too.";
    });
  }

  async newCodes(): Promise<void> {
    await this.ask(async () => {
      const path = `${this.base}/recovery-codes`;
      this.took(await api<RecoveryCodesView>("POST", path));
    });
  }

  /** Whether the password is changed. */
  async change(form: PasswordForm): Promise<boolean> {
    return await this.ask(async () => {
      await api<void>("PUT", `${this.base}/password`, form);
      this.said.value = "The password is changed. Other sessions of yours have ended.";
    });
  }

  private took(view: RecoveryCodesView): void {
    this.factors.value = view.factors;
    if (view.codes.length > 0) this.codes.value = view.codes;
  }

  /** A browser may wait for minutes: whoever does something else has given it up. */
  private async prompted<T>(ask: (gone: AbortSignal) => Promise<T>): Promise<T> {
    const prompt = new AbortController();
    this.prompt = prompt;
    try {
      return await ask(prompt.signal);
    } finally {
      if (this.prompt === prompt) this.prompt = null;
    }
  }

  /** Nothing is done twice that is pressed twice. */
  private async ask(work: () => Promise<void>): Promise<boolean> {
    await this.putPromptAway();
    return this.busy.value ? false : await this.begun(work);
  }

  /** What was asked about first, and confirmed, waits for what is on its way. */
  private async confirmed(work: () => Promise<void>): Promise<boolean> {
    await this.putPromptAway();
    while (this.busy.value) await this.last;
    return await this.begun(work);
  }

  private async putPromptAway(): Promise<void> {
    if (this.prompt === null) return;
    this.prompt.abort();
    await this.last;
  }

  private begun(work: () => Promise<void>): Promise<boolean> {
    this.last = this.afresh(work);
    return this.last;
  }
}
