// What compliance sees and does of practitioners' files: asked of the server, shown as answered.

import { signal } from "@preact/signals";
import { Asking } from "../../shared/asking";
import { sendPaper } from "../../shared/files/sending";
import { checkWords, type PartRow } from "../../shared/files/words";
import { api, type Method } from "../../shared/http";
import type {
  FileImportForm,
  FileImportView,
  PractitionerFileView,
  PractitionersView,
  StandardForm,
} from "../../shared/protocol/types";

const API = "/api/v1/compliance";
const FILES = `${API}/practitioners`;
/** A verification service may take 20 s, and what it found is written down after that. */
const LOOK_UP_MS = 40_000;

/** Where one file is asked for. */
export function placeOf(practitionerId: string): string {
  return `${FILES}/${practitionerId}`;
}

export class FilesDesk extends Asking {
  readonly list = signal<PractitionersView | null>(null);
  readonly file = signal<PractitionerFileView | null>(null);
  /** What is being verified, in a dialog over the file. */
  readonly verifying = signal<PartRow | null>(null);

  async load(): Promise<void> {
    await this.afresh(async () => {
      this.list.value = await api<PractitionersView>("GET", FILES);
    });
  }

  async show(id: string): Promise<void> {
    if (this.file.value?.practitioner_id !== id) this.file.value = null;
    await this.afresh(async () => {
      this.file.value = await api<PractitionerFileView>("GET", placeOf(id));
      // Who else is in the network: one of its physicians may answer for this practitioner.
      this.list.value ??= await api<PractitionersView>("GET", FILES);
    });
  }

  /** Change the file that is shown; true when the server did it. */
  async change(
    method: Method,
    path: string,
    form: object,
    said: string,
    timeoutMs?: number,
  ): Promise<boolean> {
    const id = this.file.value?.practitioner_id;
    if (id === undefined) return false;
    const place = `${placeOf(id)}/${path}`;
    return await this.afresh(async () => {
      this.file.value = await api<PractitionerFileView>(method, place, form, timeoutMs);
      this.said.value = said;
    });
  }

  /** Ask the verification service about a licence, and say what it found. */
  async lookUp(row: PartRow): Promise<void> {
    const path = `authorities/${row.id}/look-up`;
    if (!(await this.change("POST", path, {}, "", LOOK_UP_MS))) return;
    const held = this.file.value?.authorities.find((one) => one.id === row.id);
    const found = held?.checks.findLast((one) => one.method === "service");
    this.said.value = found === undefined ? row.what : `${row.what}: ${checkWords(found)}`;
  }

  /** Keep a paper; true when the server did. */
  async send(name: string, file: File): Promise<boolean> {
    const id = this.file.value?.practitioner_id;
    if (id === undefined) return false;
    return await this.afresh(async () => {
      this.file.value = await sendPaper(placeOf(id), name, file);
      this.said.value = "The paper is kept";
    });
  }

  async ask(form: StandardForm): Promise<void> {
    await this.afresh(async () => {
      this.list.value = await api<PractitionersView>("PUT", `${API}/credential-standard`, form);
      this.said.value = "This is asked for from now on";
    });
  }

  /** All that the list showed was seen. */
  async seen(): Promise<void> {
    const shown = this.list.value;
    if (shown === null) return;
    await this.afresh(async () => {
      await api<void>("POST", `${FILES}/notices/seen`, { noticed_until_ms: shown.now_ms });
      this.list.value = { ...shown, unseen: 0 };
      this.said.value = "Marked as seen";
    });
  }

  /** Throws ApiError. */
  async import(form: FileImportForm): Promise<FileImportView> {
    const found = await api<FileImportView>("POST", `${FILES}/import`, form);
    if (found.applied) await this.load();
    return found;
  }
}
