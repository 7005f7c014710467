// A practitioner's own file: asked of the server, and shown as it answered.

import { signal } from "@preact/signals";
import { type ApiError, api, apiSend, asApiError } from "../shared/http";
import type { PractitionerFileView } from "../shared/protocol/types";

const API = "/api/v1/console/file";

export class OwnFileDesk {
  readonly file = signal<PractitionerFileView | null>(null);
  readonly error = signal<ApiError | null>(null);
  readonly busy = signal(false);
  /** What was done last, in words. */
  readonly said = signal("");

  async load(): Promise<void> {
    await this.attempt(() => api<PractitionerFileView>("GET", API), "");
  }

  /** Enter a claim; true when the server took it. */
  async claim(kind: string, form: object): Promise<boolean> {
    return await this.attempt(
      () => api<PractitionerFileView>("POST", `${API}/${kind}`, form),
      "Entered; compliance looks at it next",
    );
  }

  /** Send a paper; true when the server kept it. */
  async send(name: string, file: File): Promise<boolean> {
    return await this.attempt(
      () =>
        apiSend<PractitionerFileView>(`${API}/documents`, file, {
          "X-Goodfaith-Name": plain(name),
        }),
      "Sent",
    );
  }

  private async attempt(
    ask: () => Promise<PractitionerFileView>,
    said: string,
  ): Promise<boolean> {
    this.busy.value = true;
    this.error.value = null;
    try {
      this.file.value = await ask();
      this.said.value = said;
      return true;
    } catch (thrown) {
      this.error.value = asApiError(thrown);
      return false;
    } finally {
      this.busy.value = false;
    }
  }
}

/** A header has no letters but those of ASCII. */
function plain(name: string): string {
  return name
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^ -~]/g, "?")
    .trim();
}
