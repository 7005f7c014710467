// Photos instead of a video visit: which way, files one after the other, sending it all off. Edge.
//
// A file that was lost on its way is sent again by itself, under the same name, so that it is
// there once. What arrived is on the server: after a reload only the rest is to be chosen again.

import { signal } from "@preact/signals";
import { api, asApiError } from "../shared/http";
import { randomId } from "../shared/ids";
import type { ForwardView, UploadsView, UploadView } from "../shared/protocol/types";
import { againAfter, type Job } from "./packet";
import type { JoinSession } from "./session";
import { type Outgoing, upload } from "./upload";

const JOIN = "/api/v1/join";

export class ForwardDesk {
  readonly jobs = signal<readonly Job[]>([]);
  private readonly session: JoinSession;
  private readonly files = new Map<string, Outgoing>();
  private running: AbortController | null = null;

  constructor(session: JoinSession) {
    this.session = session;
    window.addEventListener("online", () => this.onOnline());
  }

  choose(modality: "live_video" | "store_and_forward"): Promise<boolean> {
    return this.session.put("modality", { modality }, { surely: true });
  }

  submit(): Promise<boolean> {
    return this.session.send("POST", "submit", {});
  }

  /** Take a file for a view (or a record), in place of one that failed there. */
  add(file: File, kind: UploadView["kind"], view: string | null): void {
    const fileId = randomId();
    for (const job of this.jobs.value) {
      if (job.state === "failed" && job.kind === kind && job.view === view) {
        this.drop(job.fileId);
      }
    }
    this.files.set(fileId, { fileId, kind, view, file });
    const job: Job = {
      fileId,
      kind,
      view,
      name: file.name,
      sent: 0,
      state: "waiting",
      code: null,
    };
    this.jobs.value = [...this.jobs.value, job];
    void this.run();
  }

  again(fileId: string): void {
    this.change(fileId, { state: "waiting", sent: 0, code: null });
    void this.run();
  }

  drop(fileId: string): void {
    this.files.delete(fileId);
    this.jobs.value = this.jobs.value.filter((job) => job.fileId !== fileId);
  }

  async remove(one: UploadView): Promise<void> {
    await this.session.busily(async () => {
      this.arrived(await api<UploadsView>("DELETE", `${JOIN}/uploads/${one.upload_id}`));
    });
  }

  /** Forget all files; nothing is sent any more. */
  stop(): void {
    this.files.clear();
    this.jobs.value = [];
    this.running?.abort();
  }

  /** The connection is back: what it cost is sent again without being asked for. */
  private onOnline(): void {
    for (const job of this.jobs.value) {
      if (job.state === "failed" && job.code === "offline") {
        this.again(job.fileId);
      }
    }
  }

  private async run(): Promise<void> {
    if (this.running !== null) {
      return;
    }
    const running = new AbortController();
    this.running = running;
    try {
      for (;;) {
        const next = this.jobs.value.find((job) => job.state === "waiting");
        const outgoing = next === undefined ? undefined : this.files.get(next.fileId);
        if (outgoing === undefined || running.signal.aborted) {
          return;
        }
        await this.send(outgoing, running.signal);
      }
    } finally {
      this.running = null;
    }
  }

  private async send(outgoing: Outgoing, stopped: AbortSignal): Promise<void> {
    const { fileId } = outgoing;
    for (let tries = 1; this.files.has(fileId); tries += 1) {
      this.change(fileId, { state: "sending", sent: 0, code: null });
      try {
        const sent = await upload(
          outgoing,
          (part) => this.change(fileId, { sent: part }),
          stopped,
        );
        this.drop(fileId);
        this.arrived(sent);
        return;
      } catch (thrown) {
        const { code } = asApiError(thrown);
        const wait = stopped.aborted ? null : againAfter(code, tries);
        if (wait === null) {
          this.change(fileId, { state: "failed", code });
          return;
        }
        this.change(fileId, { code });
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  private change(fileId: string, part: Partial<Job>): void {
    this.jobs.value = this.jobs.value.map((job) =>
      job.fileId === fileId ? { ...job, ...part } : job,
    );
  }

  /** The list is the server's; the rest of the state follows from it. */
  private arrived(sent: UploadsView): void {
    const view = this.session.view.value;
    if (view?.forward) {
      this.session.enter({ ...view, forward: withUploads(view.forward, sent.uploads) });
    }
  }
}

export function withUploads(forward: ForwardView, uploads: UploadView[]): ForwardView {
  const shown = new Set(uploads.filter((one) => one.kind === "image").map((one) => one.view));
  return { ...forward, uploads, missing: forward.wanted.filter((view) => !shown.has(view)) };
}
