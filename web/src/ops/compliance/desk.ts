// What compliance looks at and does: asked of the server, and shown as it answered.

import { signal } from "@preact/signals";
import { Asking } from "../../shared/asking";
import { api, type Method } from "../../shared/http";
import type {
  ComplianceView,
  JurisdictionView,
  ReleaseDetailView,
} from "../../shared/protocol/types";

const API = "/api/v1/compliance";

export class ComplianceDesk extends Asking {
  readonly view = signal<ComplianceView | null>(null);
  readonly place = signal<JurisdictionView | null>(null);
  readonly release = signal<ReleaseDetailView | null>(null);
  /** Which jurisdiction the page is at, or was at last. */
  private wanted: string | null = null;

  async load(): Promise<void> {
    await this.attempt(async () => {
      this.view.value = await api<ComplianceView>("GET", API);
    });
  }

  async show(code: string): Promise<void> {
    this.wanted = code;
    if (this.place.value?.code !== code) this.place.value = null;
    await this.attempt(async () => {
      try {
        await this.look(code);
      } catch (thrown) {
        if (this.wanted === code) throw thrown;
      }
    });
  }

  async showRelease(): Promise<void> {
    await this.attempt(async () => {
      this.release.value = await api<ReleaseDetailView>("GET", `${API}/release`);
    });
  }

  /** Do one act; true when the server did it. */
  async act(method: Method, path: string, form: object, said: string): Promise<boolean> {
    return await this.attempt(async () => {
      this.view.value = await api<ComplianceView>(method, `${API}/${path}`, form);
      if (this.wanted !== null) await this.look(this.wanted);
      this.release.value = null;
      this.said.value = said;
    });
  }

  /** An answer that comes late does not stand in the place of another jurisdiction. */
  private async look(code: string): Promise<void> {
    const place = await api<JurisdictionView>("GET", `${API}/jurisdictions/${code}`);
    if (this.wanted === code) this.place.value = place;
  }
}
