// Asks whether anybody is still there, before the server signs off; tells it of real input. Edge.
//
// Windows of one page share what they know: who works in one is not asked in another.

import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { api, asApiError } from "./http";
import { type Idle, idleState, opened, type Presence, tells, touched, tried } from "./idle";
import { Dialog } from "./ui/Dialog";

const INPUT = ["pointerdown", "pointermove", "keydown", "wheel", "touchmove"] as const;
const LOOK_MS = 500;
const SHARED_MS = 5_000;

export interface IdleWatchProps {
  /** For example `/api/v1/console/session`. */
  readonly endpoint: string;
  readonly limit_s: number;
  /** In a call: nobody is idle. */
  readonly busy: ReadonlySignal<boolean>;
  readonly onOver: () => void;
}

export function IdleWatch(props: IdleWatchProps): JSX.Element {
  const { endpoint, limit_s, busy } = props;
  const idle = useSignal<Idle>({ name: "active" });
  const watch = useRef<Watch | null>(null);
  const onOver = useRef(props.onOver);
  onOver.current = props.onOver;
  useEffect(() => {
    const watching = new Watch(endpoint, limit_s, busy, {
      tell: (next) => {
        idle.value = next;
      },
      over: () => onOver.current(),
    });
    watch.current = watching;
    return () => watching.close();
  }, [endpoint, limit_s, busy, idle]);
  const stay = () => watch.current?.here();
  const left_s = idle.value.name === "warning" ? idle.value.left_s : 0;
  return (
    <Dialog
      open={idle.value.name === "warning"}
      title="Still there?"
      testId="idle-warning"
      onClose={stay}
      actions={
        <button type="button" data-testid="idle-stay" onClick={stay}>
          I am here
        </button>
      }
    >
      <p>Nothing was done for a while. You will be signed out in {left_s} s.</p>
    </Dialog>
  );
}

interface Ports {
  readonly tell: (idle: Idle) => void;
  readonly over: () => void;
}

class Watch {
  private presence: Presence = opened(Date.now());
  private warned = false;
  private asking = false;
  private sharedAt = 0;
  private readonly leaving = new AbortController();
  private readonly windows: BroadcastChannel;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly endpoint: string,
    private readonly limit_s: number,
    private readonly busy: ReadonlySignal<boolean>,
    private readonly ports: Ports,
  ) {
    this.windows = new BroadcastChannel(`gf-input ${endpoint}`);
    this.windows.onmessage = (heard: MessageEvent<unknown>) => {
      const at = heard.data;
      if (typeof at === "number" && at <= Date.now())
        this.presence = touched(this.presence, at);
    };
    const listening = { signal: this.leaving.signal, passive: true, capture: true };
    for (const kind of INPUT) {
      addEventListener(kind, (event) => event.isTrusted && this.input(), listening);
    }
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.look();
  }

  close(): void {
    this.leaving.abort();
    clearInterval(this.timer);
    this.windows.close();
  }

  /** Somebody said so. */
  here(): void {
    this.warned = false;
    this.presence = { ...this.presence, triedAt: null };
    this.input();
    this.look();
  }

  /** While it is asked, only an answer counts: a sleeve on the table is none. */
  private input(): void {
    if (this.warned) return;
    const now = Date.now();
    this.presence = touched(this.presence, now);
    if (now - this.sharedAt >= SHARED_MS) {
      this.sharedAt = now;
      this.windows.postMessage(now);
    }
  }

  private look(): void {
    const now = Date.now();
    if (this.busy.value) {
      const { toldOf } = this.presence;
      // The server keeps the session of a call by itself; afterwards time begins anew.
      this.presence = {
        ...this.presence,
        touchedAt: now,
        toldOf: toldOf === null ? null : now,
      };
    }
    const idle = idleState(this.presence, this.limit_s, now);
    this.warned = idle.name === "warning";
    this.ports.tell(idle);
    if (idle.name === "over") void this.ask();
    else if (tells(this.presence, now)) void this.say(now);
  }

  private async say(now: number): Promise<void> {
    const of = this.presence.touchedAt;
    this.presence = tried(this.presence, of, now, false);
    try {
      await api<void>("POST", `${this.endpoint}/activity`);
    } catch (thrown) {
      if (asApiError(thrown).status === 401) this.ports.over();
      else this.presence = tried({ ...this.presence, toldOf: null }, of, now, true);
    }
  }

  /** Time is up by this page's count; whether it is, the server says. */
  private async ask(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    try {
      await api<unknown>("GET", this.endpoint);
      this.presence = touched(this.presence, Date.now() - this.limit_s * 500);
    } catch (thrown) {
      if (asApiError(thrown).status === 401) this.ports.over();
    } finally {
      this.asking = false;
    }
  }
}
