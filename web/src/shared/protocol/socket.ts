// One live connection to the server: the edge around `stream.ts`. It knows Socket.IO, timers
// and page events; what to send again and what to ignore is decided in the pure part.

import { type ReadonlySignal, signal } from "@preact/signals";
import { io, type Socket } from "socket.io-client";
import { randomId } from "../ids";
import { freshly, STALE } from "../stepping-up";
import { ALL_WELL, isServiceChange, service } from "./service";
import {
  acked,
  disconnected,
  dropStale,
  due,
  emptyOutbox,
  type Numbered,
  nextLook,
  type Outbox,
  overdue,
  type Position,
  push,
  receive,
  type Sendable,
  START,
  sent,
} from "./stream";
import type { Ack } from "./types";

export type SocketState = "connecting" | "online" | "offline" | "closed";

/** A command as callers write it: its version and id are put on here. */
export type Draft<Command> = Command extends unknown ? Omit<Command, "v" | "id"> : never;

export interface SocketOptions<Event> {
  readonly namespace: "/patient" | "/practitioner" | "/spa" | "/ops";
  readonly onEvent: (event: Event) => void;
  readonly onState?: (state: SocketState, reason: string | null) => void;
}

export interface LiveSocket<Command> {
  /**
   * Resolves with the server's one answer; survives reconnects; never rejects. What takes a
   * fresh proof waits for it, and is sent again as another command.
   */
  readonly send: (command: Draft<Command>) => Promise<Ack>;
  readonly state: ReadonlySignal<SocketState>;
  readonly close: () => void;
}

const BACKOFF_FIRST_MS = 300;
const BACKOFF_LAST_MS = 3_000;
const FINAL_REFUSALS = new Set(["not_signed_in", "session_expired", "origin_refused"]);
const FAREWELLS = new Set(["session.ended", "device.replaced"]);

/** Connect, and stay connected until closed, refused for good, or told goodbye. */
export function connectSocket<
  Command extends { type: string; id: string },
  Event extends Numbered,
>(options: SocketOptions<Event>): LiveSocket<Command> {
  const link = new Link<Event>(options);
  return {
    send: (command) =>
      freshly(
        () => link.send(command as { type: string }),
        (ack) => ack.error?.code === STALE,
      ),
    state: link.state,
    close: () => link.close("closed"),
  };
}

class Link<Event extends Numbered> {
  readonly state = signal<SocketState>("connecting");
  private readonly options: SocketOptions<Event>;
  private readonly socket: Socket;
  private position: Position = START;
  private outbox: Outbox<Sendable> = emptyOutbox();
  private readonly waiting = new Map<string, (ack: Ack) => void>();
  private readonly goodbyes = new AbortController();
  private lookTimer: ReturnType<typeof setTimeout> | undefined;
  private comeBackTimer: ReturnType<typeof setTimeout> | undefined;
  private hidden = false;
  private syncAsked = false;
  private doubted: string | null = null;

  constructor(options: SocketOptions<Event>) {
    this.options = options;
    this.socket = io(options.namespace, {
      transports: ["websocket"],
      auth: (give) =>
        give({ v: 1, stream: this.position.stream, last_seq: this.position.lastSeq }),
      reconnectionDelay: BACKOFF_FIRST_MS,
      reconnectionDelayMax: BACKOFF_LAST_MS,
      timeout: 6_000,
      forceNew: true,
    });
    this.socket.on("connect", () => this.onConnect());
    this.socket.on("disconnect", (reason) => this.onDisconnect(reason));
    this.socket.on("connect_error", (error) => this.onRefused(error.message));
    this.socket.on("event", (event: Event) => this.onEvent(event));
    this.followPage();
  }

  send(draft: { type: string }): Promise<Ack> {
    const command: Sendable = { ...draft, v: 1, id: randomId() } as Sendable;
    if (this.state.value === "closed") {
      return Promise.resolve(refusal(command.id, "closed"));
    }
    return new Promise((resolve) => {
      this.waiting.set(command.id, resolve);
      this.settleDropped(push(this.outbox, command, Date.now()));
      this.flush();
    });
  }

  close(reason: string): void {
    if (this.state.value === "closed") {
      return;
    }
    this.goodbyes.abort();
    clearTimeout(this.lookTimer);
    clearTimeout(this.comeBackTimer);
    this.enter("closed", reason);
    this.socket.disconnect();
    for (const [id, resolve] of this.waiting) {
      resolve(refusal(id, "closed"));
    }
    this.waiting.clear();
    this.outbox = emptyOutbox();
  }

  private onConnect(): void {
    this.syncAsked = false;
    this.doubted = null;
    service.value = ALL_WELL; // another node, another moment: it says at once if it is not so
    this.enter("online", null);
    this.flush();
  }

  private onDisconnect(reason: string): void {
    if (this.state.value === "closed") {
      return;
    }
    this.outbox = disconnected(this.outbox, Date.now());
    this.enter("offline", reason);
    if (reason === "io server disconnect" && !this.hidden) {
      this.comeBackSoon();
    }
  }

  private onRefused(message: string): void {
    // Another request may have been given a new cookie while this one was on its way with the
    // one before: the first refusal is not believed.
    if (FINAL_REFUSALS.has(message) && this.doubted === message) {
      this.close(message);
      return;
    }
    this.doubted = FINAL_REFUSALS.has(message) ? message : null;
    this.enter("offline", message);
    if (!this.socket.active && !this.hidden) {
      this.comeBackSoon();
    }
  }

  /** Socket.IO gives up after a refusal or a disconnect by the server; we do not. */
  private comeBackSoon(): void {
    clearTimeout(this.comeBackTimer);
    const delay = BACKOFF_FIRST_MS + Math.random() * (BACKOFF_LAST_MS - BACKOFF_FIRST_MS) * 0.5;
    this.comeBackTimer = setTimeout(() => {
      if (this.state.value !== "closed" && !this.socket.connected) {
        this.socket.connect();
      }
    }, delay);
  }

  private onEvent(event: Event): void {
    if (isServiceChange(event)) {
      service.value = { database: event.database, bus: event.bus };
      return; // outside of the numbering
    }
    const { position, arrival } = receive(this.position, event);
    this.position = position;
    if (arrival === "duplicate") {
      return;
    }
    if (event.type.endsWith(".sync")) {
      this.syncAsked = false;
    } else if (arrival === "gap" && !this.syncAsked) {
      this.syncAsked = true;
      void this.send({ type: "sync" });
    }
    this.options.onEvent(event);
    if (FAREWELLS.has(event.type)) {
      this.close(event.type);
    }
  }

  private flush(): void {
    const now = Date.now();
    this.settleDropped(dropStale(this.outbox, now));
    if (this.socket.connected) {
      this.outbox = overdue(this.outbox, now);
      for (const command of due(this.outbox, now)) {
        this.outbox = sent(this.outbox, command.id, now);
        this.socket.emit("command", command, (ack: Ack) => this.onAck(command.id, ack));
      }
    }
    clearTimeout(this.lookTimer);
    const next = nextLook(this.outbox);
    if (next !== null && this.socket.connected) {
      this.lookTimer = setTimeout(() => this.flush(), Math.max(10, next - Date.now()));
    }
  }

  private onAck(id: string, ack: Ack): void {
    const result = acked(this.outbox, id, ack, Date.now());
    this.outbox = result.outbox;
    if (result.settled) {
      this.resolve(id, ack);
    }
    this.flush();
  }

  private settleDropped(result: {
    outbox: Outbox<Sendable>;
    dropped: readonly Sendable[];
  }): void {
    this.outbox = result.outbox;
    for (const command of result.dropped) {
      this.resolve(command.id, refusal(command.id, "not_sent"));
    }
  }

  private resolve(id: string, ack: Ack): void {
    this.waiting.get(id)?.(ack);
    this.waiting.delete(id);
  }

  private enter(state: SocketState, reason: string | null): void {
    if (this.state.value !== state) {
      this.state.value = state;
      this.options.onState?.(state, reason);
    }
  }

  /** A page that is put away leaves at once, so nobody is rung for it; it may come back. */
  private followPage(): void {
    const { signal: goodbye } = this.goodbyes;
    const listen = { signal: goodbye };
    addEventListener(
      "pagehide",
      () => {
        this.hidden = true;
        this.socket.disconnect();
      },
      listen,
    );
    addEventListener(
      "pageshow",
      () => {
        if (this.hidden) {
          this.hidden = false;
          this.socket.connect();
        }
      },
      listen,
    );
    addEventListener(
      "online",
      () => {
        if (!this.socket.connected) {
          this.socket.disconnect();
          this.socket.connect();
        }
      },
      listen,
    );
    addEventListener("offline", () => this.socket.io.engine?.close(), listen);
  }
}

function refusal(id: string, code: string): Ack {
  return {
    ok: false,
    id,
    result: null,
    error: { code, message: "", retry: true, fields: [], opens_at_ms: null },
  };
}
