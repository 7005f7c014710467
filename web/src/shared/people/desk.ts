// What the page of people knows and asks: who signs in, who is invited, who asks to be let in.

import { signal } from "@preact/signals";
import { Asking } from "../asking";
import { api, type Method } from "../http";
import type {
  InvitationForm,
  NewInvitationView,
  PeopleView,
  PhraseForm,
  RoleForm,
} from "../protocol/types";
import type { RoleName } from "./words";

/** A link, and whom it names. */
export interface NewLink extends NewInvitationView {
  readonly who: string;
  /** They will examine: a file of theirs begins when they accept. */
  readonly examines: boolean;
}

export class PeopleDesk extends Asking {
  readonly page = signal<PeopleView | null>(null);
  /** A link that was just made. It is shown this once. */
  readonly link = signal<NewLink | null>(null);
  readonly words = signal("");
  private readonly base: string;

  constructor(area: "portal" | "ops") {
    super();
    this.base = `/api/v1/${area}/people`;
  }

  async load(): Promise<void> {
    await this.afresh(async () => await this.read());
  }

  /** Read again without a word; what fails is tried again. */
  async refresh(): Promise<void> {
    if (this.busy.value || this.error.value !== null) return;
    await this.read().catch(() => undefined);
  }

  async find(words: string): Promise<void> {
    this.words.value = words;
    await this.load();
  }

  /** Whether the link is made. */
  async invite(form: InvitationForm): Promise<boolean> {
    return await this.afresh(async () => {
      const made = await api<NewInvitationView>("POST", `${this.base}/invitations`, form);
      const examines = form.role === "practitioner";
      this.link.value = { ...made, who: form.display_name, examines };
      await this.read();
    });
  }

  async withdraw(id: string, who: string): Promise<boolean> {
    const path = `invitations/${encodeURIComponent(id)}`;
    return await this.change("DELETE", path, `The invitation for ${who} is taken back.`);
  }

  async setRole(accountId: string, role: RoleName, words: string): Promise<boolean> {
    const form: RoleForm = { role };
    return await this.change("PUT", `${encodeURIComponent(accountId)}/role`, words, form);
  }

  async close(accountId: string, who: string): Promise<boolean> {
    const words = `${who} signs in no more. Sessions of theirs have ended.`;
    return await this.change("POST", `${encodeURIComponent(accountId)}/close`, words);
  }

  async reopen(accountId: string, who: string): Promise<boolean> {
    const path = `${encodeURIComponent(accountId)}/reopen`;
    return await this.change("POST", path, `${who} may sign in again.`);
  }

  /** Whether these are the words. */
  async approve(accountId: string, who: string, phrase: string): Promise<boolean> {
    const form: PhraseForm = { phrase };
    const path = `${encodeURIComponent(accountId)}/recovery/approve`;
    const words = `${who} may choose a new password now.`;
    return await this.change("POST", path, words, form);
  }

  async refuse(accountId: string, who: string): Promise<boolean> {
    const path = `${encodeURIComponent(accountId)}/recovery/refuse`;
    return await this.change("POST", path, `${who} is not let in.`);
  }

  private async change(
    method: Method,
    path: string,
    words: string,
    form?: RoleForm | PhraseForm,
  ): Promise<boolean> {
    return await this.afresh(async () => {
      await api<PeopleView>(method, `${this.base}/${path}`, form);
      await this.read();
      this.said.value = words;
    });
  }

  /** Read again what is shown: an answer to a change shows everybody, whoever was looked for. */
  private async read(): Promise<void> {
    const { value: words } = this.words;
    const query = words === "" ? "" : `?words=${encodeURIComponent(words)}`;
    const page = await api<PeopleView>("GET", `${this.base}${query}`);
    // What was typed meanwhile is looked for by itself.
    if (words === this.words.value) this.page.value = page;
  }
}
