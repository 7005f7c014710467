// On a shared tablet: counts the time since the last touch, warns, then forgets. Edge.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../shared/i18n";
import { Dialog } from "../shared/ui/Dialog";
import { type Idle, idleState } from "./idle";
import type { JoinSession } from "./session";

const TOUCHES = ["pointerdown", "keydown", "input", "scroll", "touchmove"] as const;

export function IdleWatch({ session }: { session: JoinSession }): JSX.Element | null {
  const idle = useSignal<Idle>({ name: "active" });
  const limit_s = session.kiosk.value?.idle_limit_s ?? null;
  const watching = session.view.value?.kiosk === true && limit_s !== null;
  useEffect(() => {
    if (!watching || limit_s === null) {
      idle.value = { name: "active" };
      return;
    }
    return watch(session, limit_s, (next) => {
      idle.value = next;
    });
  }, [watching, limit_s, session, idle]);
  const left_s = idle.value.name === "warning" ? idle.value.left_s : 0;
  return (
    <Dialog
      open={idle.value.name === "warning"}
      title={t("idle.title")}
      testId="idle-warning"
      onClose={() => {
        idle.value = { name: "active" };
      }}
      actions={
        <button
          type="button"
          data-testid="idle-stay"
          onClick={() => {
            idle.value = { name: "active" };
          }}
        >
          {t("idle.stay")}
        </button>
      }
    >
      <p>{t("idle.text", { count: left_s })}</p>
    </Dialog>
  );
}

function watch(session: JoinSession, limit_s: number, tell: (idle: Idle) => void): () => void {
  const leaving = new AbortController();
  let touchedAt = Date.now();
  let lastScreen = session.screen.value;
  for (const touch of TOUCHES) {
    const listening = { signal: leaving.signal, passive: true, capture: true };
    addEventListener(
      touch,
      () => {
        touchedAt = Date.now();
      },
      listening,
    );
  }
  const timer = setInterval(() => {
    const screen = session.screen.value;
    if (screen !== lastScreen) {
      lastScreen = screen;
      touchedAt = Date.now();
    }
    const idle = idleState({ touchedAt, limit_s, screen }, Date.now());
    if (idle.name === "over") {
      leaving.abort();
      clearInterval(timer);
      void session.end();
    } else {
      tell(idle);
    }
  }, 500);
  return () => {
    leaving.abort();
    clearInterval(timer);
  };
}
