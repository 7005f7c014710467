// A practitioner's own file: asked of the server, and shown as it answered.

import { signal } from "@preact/signals";
import { Asking } from "../shared/asking";
import { sendPaper } from "../shared/files/sending";
import { api } from "../shared/http";
import type { PractitionerFileView } from "../shared/protocol/types";

export const API = "/api/v1/console/file";

export class OwnFileDesk extends Asking {
  readonly file = signal<PractitionerFileView | null>(null);

  async load(): Promise<void> {
    await this.afresh(async () => {
      this.file.value = await api<PractitionerFileView>("GET", API);
    });
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
    return await this.afresh(async () => {
      this.file.value = await api<PractitionerFileView>("POST", `${API}/${kind}`, form);
      this.said.value = "Entered; compliance looks at it next";
    });
  }

  /** Send a paper; true when the server kept it. */
  async send(name: string, file: File): Promise<boolean> {
    return await this.afresh(async () => {
      this.file.value = await sendPaper(API, name, file);
      this.said.value = "The paper is kept";
    });
  }
}
