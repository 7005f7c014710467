// The portal's live part: the list by socket, and what is needed to draw the forms by HTTP.

import { signal } from "@preact/signals";
import { type ApiError, api, asApiError } from "../shared/http";
import { connectSocket, type LiveSocket } from "../shared/protocol/socket";
import type { LinkView, PortalHomeView, SpaEvent, Sync } from "../shared/protocol/types";
import { EMPTY, type PortalState, reduce, withRow } from "./state";

const REFUSED: ReadonlySet<string> = new Set(["not_signed_in", "session_expired"]);

export class PortalDesk {
  readonly state = signal<PortalState>(EMPTY);
  readonly home = signal<PortalHomeView | null>(null);
  readonly problem = signal<ApiError | null>(null);
  readonly link: LiveSocket<Sync>;

  constructor() {
    this.link = connectSocket<Sync, SpaEvent>({
      namespace: "/spa",
      onEvent: (event) => {
        this.state.value = reduce(this.state.value, event);
      },
      onState: (state, reason) => {
        if (state === "closed" && REFUSED.has(reason ?? "")) {
          this.state.value = { ...this.state.value, ended: "expired" };
        }
      },
    });
    void this.load();
  }

  async load(): Promise<void> {
    this.problem.value = null;
    try {
      const home = await api<PortalHomeView>("GET", "/api/v1/portal/home");
      this.home.value = home;
      if (!this.state.value.synced) {
        const first = { type: "spa.sync", v: 1, stream: "", seq: 0 } as const;
        this.state.value = reduce(this.state.value, { ...first, encounters: home.encounters });
      }
    } catch (thrown) {
      this.problem.value = asApiError(thrown);
    }
  }

  /** A link was made here: its line is shown before the socket says so. */
  took(link: LinkView): void {
    this.state.value = withRow(this.state.value, link.encounter);
  }

  close(): void {
    this.link.close();
  }
}
