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

export interface Verifying {
  /** Whose file it is in. */
  readonly of: PractitionerFileView;
  readonly row: PartRow;
}

export class FilesDesk extends Asking {
  readonly list = signal<PractitionersView | null>(null);
  readonly file = signal<PractitionerFileView | null>(null);
  /** What is being verified, in a dialog over the file. */
  readonly verifying = signal<Verifying | null>(null);
  /** In whose file something was refused that was left before. */
  readonly missed = signal("");
  /** Whose file the page is at; null where it is at the list. */
  private wanted: string | null = null;

  async load(): Promise<void> {
    this.goTo(null);
    await this.afresh(async () => {
      this.list.value = await api<PractitionersView>("GET", FILES);
    });
  }

  async show(id: string): Promise<void> {
    this.goTo(id);
    if (this.file.value?.practitioner_id !== id) this.file.value = null;
    await this.afresh(async () => {
      try {
        this.take(await api<PractitionerFileView>("GET", placeOf(id)));
        // Who else is in the network: one of its physicians may answer for this practitioner.
        this.list.value ??= await api<PractitionersView>("GET", FILES);
      } catch (thrown) {
        if (this.wanted === id) throw thrown;
      }
    });
  }

  /** Change a file, the one that the form was made for; true when the server did it. */
  async change(
    of: PractitionerFileView,
    method: Method,
    path: string,
    form: object,
    said: string,
    timeoutMs?: number,
  ): Promise<boolean> {
    const place = `${placeOf(of.practitioner_id)}/${path}`;
    return await this.done(of, said, () =>
      api<PractitionerFileView>(method, place, form, timeoutMs),
    );
  }

  /** Ask the verification service about a licence, and say what it found. */
  async lookUp(of: PractitionerFileView, row: PartRow): Promise<void> {
    const place = `${placeOf(of.practitioner_id)}/authorities/${row.id}/look-up`;
    await this.done(
      of,
      (file) => {
        const held = file.authorities.find((one) => one.id === row.id);
        const found = held?.checks.findLast((one) => one.method === "service");
        return found === undefined ? row.what : `${row.what}: ${checkWords(found)}`;
      },
      () => api<PractitionerFileView>("POST", place, {}, LOOK_UP_MS),
    );
  }

  /** Keep a paper; true when the server did. */
  async send(of: PractitionerFileView, name: string, file: File): Promise<boolean> {
    const place = placeOf(of.practitioner_id);
    return await this.done(of, "The paper is kept", () => sendPaper(place, name, file));
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

  /** What was begun at another place is neither shown nor said as if it belonged here. */
  private goTo(id: string | null): void {
    if (this.wanted !== id) this.verifying.value = null;
    this.wanted = id;
    this.missed.value = "";
  }

  private take(file: PractitionerFileView): void {
    if (this.wanted === file.practitioner_id) this.file.value = file;
  }

  private async done(
    of: PractitionerFileView,
    said: string | ((file: PractitionerFileView) => string),
    work: () => Promise<PractitionerFileView>,
  ): Promise<boolean> {
    const isHere = (): boolean => this.wanted === of.practitioner_id;
    let went = false;
    const asked = this.afresh(async () => {
      try {
        const file = await work();
        went = true;
        this.take(file);
        const words = typeof said === "string" ? said : said(file);
        this.said.value = isHere() ? words : `${of.display_name}. ${words}`;
      } catch (thrown) {
        if (isHere()) throw thrown;
        this.missed.value = of.display_name;
      }
    });
    return (await asked) && went;
  }
}
