// The patient's own camera and microphone: opened once, shared, released. Edge.

import { type ReadonlySignal, signal } from "@preact/signals";
import {
  type DeviceProblem,
  mediaAlive,
  openMedia,
  stopMedia,
  switchMedia,
} from "../shared/rtc/devices";

export interface Switches {
  readonly audio: boolean;
  readonly video: boolean;
}

const BOTH_ON: Switches = { audio: true, video: true };

export class OwnMedia {
  private readonly streamSignal = signal<MediaStream | null>(null);
  private readonly problemSignal = signal<DeviceProblem | null>(null);
  private readonly switchesSignal = signal<Switches>(BOTH_ON);
  private opening: Promise<MediaStream | null> | null = null;
  private wanted = false;

  get stream(): ReadonlySignal<MediaStream | null> {
    return this.streamSignal;
  }

  get problem(): ReadonlySignal<DeviceProblem | null> {
    return this.problemSignal;
  }

  get switches(): ReadonlySignal<Switches> {
    return this.switchesSignal;
  }

  /** Open, or return what is open. Null when it cannot be, or was released meanwhile. */
  acquire(): Promise<MediaStream | null> {
    this.wanted = true;
    if (mediaAlive(this.streamSignal.value)) {
      return Promise.resolve(this.streamSignal.value);
    }
    this.opening ??= this.open().finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  /** Turn the camera off. */
  release(): void {
    this.wanted = false;
    stopMedia(this.streamSignal.value);
    this.streamSignal.value = null;
    this.problemSignal.value = null;
    this.switchesSignal.value = BOTH_ON;
  }

  switch(switches: Switches): void {
    this.switchesSignal.value = switches;
    switchMedia(this.streamSignal.value, switches);
  }

  private async open(): Promise<MediaStream | null> {
    stopMedia(this.streamSignal.value);
    const result = await openMedia();
    if (!this.wanted) {
      stopMedia(result.ok ? result.stream : null);
      return null;
    }
    this.problemSignal.value = result.ok ? null : result.problem;
    this.streamSignal.value = result.ok ? result.stream : null;
    switchMedia(this.streamSignal.value, this.switchesSignal.value);
    return this.streamSignal.value;
  }
}
