// Who is signed in on this page: asked when it opens, and ended when the server says that it is.

import { signal } from "@preact/signals";
import { type ApiError, api, asApiError } from "../shared/http";
import type { AccountView, SiteInfoView } from "../shared/protocol/types";
import { finish, takeReturned } from "../shared/returning";

const NOT_SIGNED_IN = 401;

export type Standing =
  | { readonly name: "asking" }
  | { readonly name: "unreachable"; readonly error: ApiError }
  | { readonly name: "out"; readonly info: SiteInfoView | null }
  /** Proved again in a window beside the page that asked for it. */
  | { readonly name: "confirmed" }
  | { readonly name: "in"; readonly account: AccountView };

export class StandingDesk {
  readonly now = signal<Standing>({ name: "asking" });
  readonly farewell = signal<string | null>(null);
  /** Why whoever came back from their organization's sign-in was not let in. */
  readonly refusal = signal<ApiError | null>(null);
  /** Signing out: nothing of the page is shown, and all of it is there still. */
  readonly leaving = signal<"asking" | "refused" | null>(null);

  constructor(private readonly endpoint: string) {}

  async open(): Promise<void> {
    const back = takeReturned();
    if (back === null) return this.ask();
    try {
      const account = await finish(this.endpoint, back);
      if (account !== null) return this.enter(account);
      if (back.purpose === "step_up") {
        this.now.value = { name: "confirmed" };
        return window.close();
      }
    } catch (thrown) {
      this.refusal.value = asApiError(thrown);
    }
    await this.ask();
  }

  async ask(): Promise<void> {
    this.now.value = { name: "asking" };
    try {
      this.now.value = { name: "in", account: await api<AccountView>("GET", this.endpoint) };
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.status === NOT_SIGNED_IN) await this.leave(null);
      else this.now.value = { name: "unreachable", error };
    }
  }

  enter(account: AccountView): void {
    this.farewell.value = null;
    this.refusal.value = null;
    this.now.value = { name: "in", account };
  }

  /** The session is over. */
  async leave(words: string | null): Promise<void> {
    this.farewell.value = words;
    const info = await api<SiteInfoView>("GET", "/api/v1/info").catch(() => null);
    this.now.value = { name: "out", info };
    this.leaving.value = null;
  }

  /** End the session. Until the server says that it is over, nobody is told so. */
  async signOut(): Promise<void> {
    if (this.leaving.value === "asking") return;
    this.leaving.value = "asking";
    try {
      await api<void>("DELETE", this.endpoint);
    } catch (thrown) {
      if (asApiError(thrown).status !== NOT_SIGNED_IN) {
        // The server may have ended it all the same, and said so by the socket.
        if (this.now.value.name === "in") this.leaving.value = "refused";
        return;
      }
    }
    await this.leave(null);
  }

  /** They stay, after all. */
  stay(): void {
    this.leaving.value = null;
  }
}
