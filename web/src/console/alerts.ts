// How a ringing offer gets through to somebody who looks elsewhere: a sound made by Web Audio,
// the title of the tab, and a desktop notification. None of them carries anything about the
// patient: a lock screen may show them.

import { signal } from "@preact/signals";

const RING_EVERY_MS = 2_000;
const FLASH_EVERY_MS = 1_000;
const MUTED_KEY = "goodfaith.console.muted";
const RINGING_TITLE = "Patient ready – answer now";

export class Alerts {
  readonly muted = signal(localStorage.getItem(MUTED_KEY) === "yes");
  /** The browser wants a click on this page before it plays anything. */
  readonly soundBlocked = signal(false);
  private readonly title = document.title;
  private audio: AudioContext | null = null;
  private notification: Notification | null = null;
  private timers: ReturnType<typeof setInterval>[] = [];

  /** Called from a click: the browser may now let us sound and notify. */
  async arm(): Promise<void> {
    this.audio ??= new AudioContext();
    await this.audio.resume().catch(() => undefined);
    this.soundBlocked.value = this.audio.state !== "running";
    if ("Notification" in window && Notification.permission === "default") {
      await Notification.requestPermission();
    }
  }

  setMuted(muted: boolean): void {
    this.muted.value = muted;
    localStorage.setItem(MUTED_KEY, muted ? "yes" : "no");
  }

  ring(): void {
    this.stop();
    this.sound();
    this.timers = [
      setInterval(() => this.sound(), RING_EVERY_MS),
      setInterval(() => this.flash(), FLASH_EVERY_MS),
    ];
    this.flash();
    this.notify();
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
    this.timers = [];
    this.notification?.close();
    this.notification = null;
    document.title = this.title;
  }

  private flash(): void {
    document.title = document.title === RINGING_TITLE ? this.title : RINGING_TITLE;
  }

  private notify(): void {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    if (document.visibilityState === "visible" && document.hasFocus()) return;
    try {
      const body = "Open the console to accept or pass. It rings for 15 seconds.";
      this.notification = new Notification("A patient is ready", { body, tag: "offer" });
      this.notification.onclick = () => {
        window.focus();
        this.notification?.close();
      };
    } catch {
      // Some phones allow notifications only from a service worker: sound and title remain.
    }
  }

  /** Two rising notes, twice. */
  private sound(): void {
    if (this.muted.value) return;
    this.audio ??= new AudioContext();
    const context = this.audio;
    if (context.state !== "running") {
      void context.resume().then(() => {
        this.soundBlocked.value = context.state !== "running";
      });
      this.soundBlocked.value = true;
      return;
    }
    this.soundBlocked.value = false;
    for (const [index, frequency] of [659.25, 880, 659.25, 880].entries()) {
      tone(context, frequency, context.currentTime + index * 0.22);
    }
  }
}

function tone(context: AudioContext, frequency: number, from: number): void {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(0.3, from + 0.03);
  gain.gain.linearRampToValueAtTime(0, from + 0.2);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(from);
  oscillator.stop(from + 0.21);
}
