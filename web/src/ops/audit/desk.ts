// What compliance looks for in the audit log: asked of the server, and shown as it answered.

import { signal } from "@preact/signals";
import { Asking } from "../../shared/asking";
import { api, apiFile } from "../../shared/http";
import type {
  AuditEntryView,
  AuditPageView,
  AuditPeopleView,
  AuditPersonView,
  AuditProofView,
  AuditUnusualView,
} from "../../shared/protocol/types";
import { ANYTHING, queryOf, type Wanted } from "./words";

const API = "/api/v1/compliance/audit";

export class AuditDesk extends Asking {
  readonly people = signal<readonly AuditPersonView[]>([]);
  readonly unusual = signal<AuditUnusualView | null>(null);
  readonly wanted = signal<Wanted>(ANYTHING);
  /** What was found, once something was looked for. */
  readonly found = signal<readonly AuditEntryView[] | null>(null);
  readonly next = signal<string | null>(null);
  readonly opened = signal<AuditProofView | null>(null);

  async load(): Promise<void> {
    await this.attempt(async () => {
      this.people.value = (await api<AuditPeopleView>("GET", `${API}/people`)).people;
      this.unusual.value = await api<AuditUnusualView>("GET", `${API}/unusual`);
    });
  }

  enter(change: Partial<Wanted>): void {
    this.wanted.value = { ...this.wanted.value, ...change };
  }

  async search(change: Partial<Wanted> = {}): Promise<void> {
    this.enter(change);
    await this.attempt(async () => {
      const page = await this.page(null);
      this.found.value = page.entries;
      this.next.value = page.next;
      this.said.value = counted(page.entries.length, page.next !== null);
    });
  }

  async more(): Promise<void> {
    const { value: below } = this.next;
    if (below === null) return;
    await this.attempt(async () => {
      const page = await this.page(below);
      const every = [...(this.found.value ?? []), ...page.entries];
      this.found.value = every;
      this.next.value = page.next;
      this.said.value = counted(every.length, page.next !== null);
    });
  }

  async open(id: string): Promise<void> {
    await this.attempt(async () => {
      this.opened.value = await api<AuditProofView>("GET", `${API}/entries/${id}`);
    });
  }

  /** The file of what the form asks for; null when it was refused. */
  async file(): Promise<Blob | null> {
    let file: Blob | null = null;
    await this.attempt(async () => {
      file = await apiFile(`${API}.csv?${queryOf(this.wanted.value, this.people.value)}`);
      this.said.value = "The file was saved. That is an entry of the audit log.";
    });
    return file;
  }

  private page(below: string | null): Promise<AuditPageView> {
    const query = queryOf(this.wanted.value, this.people.value, below);
    return api<AuditPageView>("GET", `${API}?${query}`);
  }
}

function counted(entries: number, more: boolean): string {
  if (entries === 0) return "Nothing was found.";
  const words = entries === 1 ? "1 entry" : `${entries} entries`;
  return more ? `${words}, and there are older ones.` : `${words} found.`;
}
