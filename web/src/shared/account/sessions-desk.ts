// Where somebody is signed in, asked of the server, and ended there.

import { signal } from "@preact/signals";
import { Asking } from "../asking";
import { api } from "../http";
import type { SessionsView } from "../protocol/types";

export class SessionsDesk extends Asking {
  readonly view = signal<SessionsView | null>(null);

  /** `base`: of the page's API, for example `/api/v1/console`. */
  constructor(private readonly base: string) {
    super();
  }

  look(): Promise<boolean> {
    return this.ask("GET", "sessions");
  }

  endOthers(): Promise<boolean> {
    return this.ask("POST", "sessions/end-others");
  }

  /** Whether it was ended: nothing is asked while something else is on its way. */
  end(id: string): Promise<boolean> {
    return this.ask("DELETE", `sessions/${id}`);
  }

  private async ask(method: "GET" | "POST" | "DELETE", path: string): Promise<boolean> {
    if (this.busy.value) return false;
    return await this.attempt(async () => {
      this.view.value = await api<SessionsView>(method, `${this.base}/${path}`);
    });
  }
}
