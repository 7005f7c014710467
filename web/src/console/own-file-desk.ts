// A practitioner's own file: asked of the server, and shown as it answered.

import { signal } from "@preact/signals";
import { sendPaper } from "../shared/files/sending";
import { type ApiError, api, asApiError } from "../shared/http";
import type { PractitionerFileView } from "../shared/protocol/types";

export const API = "/api/v1/console/file";

export class OwnFileDesk {
  readonly file = signal<PractitionerFileView | null>(null);
  readonly error = signal<ApiError | null>(null);
  readonly busy = signal(false);
  /** What was done last, in words. */
  readonly said = signal("");

  async load(): Promise<void> {
    await this.attempt(() => api<PractitionerFileView>("GET", API), "");
  }

  /** Look again without a word; what fails is tried again with the next change of duty. */
  async refresh(): Promise<void> {
    if (this.busy.value) return;
    try {
      this.file.value = await api<PractitionerFileView>("GET", API);
    } catch {
      // The dialog says what is wrong, to whoever opens it.
    }
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
    return await this.attempt(() => sendPaper(API, name, file), "The paper is kept");
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
