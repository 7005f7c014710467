// Camera, microphone and speaker of this device: the edge around getUserMedia and Web Audio.

import { type BrowserKind, browserKind } from "./browser";

export type DeviceProblem = "denied" | "missing" | "busy" | "in_app_browser";

export type MediaResult =
  | { readonly ok: true; readonly stream: MediaStream }
  | { readonly ok: false; readonly problem: DeviceProblem };

const WANTED = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  video: {
    facingMode: "user",
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30, max: 30 },
  },
};

/** The browser that this page runs in. */
export function thisBrowser(): BrowserKind {
  return browserKind(navigator.userAgent, navigator.maxTouchPoints);
}

/** Open the kinds that are wanted. Says why when that is not possible, and never throws. */
export async function openMedia(
  wanted: { readonly audio: boolean; readonly video: boolean } = { audio: true, video: true },
): Promise<MediaResult> {
  const constraints: MediaStreamConstraints = {
    audio: wanted.audio && WANTED.audio,
    video: wanted.video && WANTED.video,
  };
  if (navigator.mediaDevices?.getUserMedia === undefined) {
    return { ok: false, problem: thisBrowser().inApp === null ? "missing" : "in_app_browser" };
  }
  try {
    return { ok: true, stream: await navigator.mediaDevices.getUserMedia(constraints) };
  } catch (thrown) {
    const name = thrown instanceof Error ? thrown.name : "";
    const problem = problemOf(name);
    const inApp = problem === "denied" && thisBrowser().inApp !== null;
    return { ok: false, problem: inApp ? "in_app_browser" : problem };
  }
}

/** The name of a getUserMedia error (W3C Media Capture, 10.2), as what a person can mend. */
export function problemOf(errorName: string): DeviceProblem {
  switch (errorName) {
    case "NotAllowedError":
    case "SecurityError":
    case "PermissionDeniedError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
    case "DevicesNotFoundError":
      return "missing";
    default:
      return "busy";
  }
}

/** Turn everything off; the light of the camera goes out. */
export function stopMedia(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) {
    track.stop();
  }
}

/** Whether every track still delivers (iOS ends them after a phone call). */
export function mediaAlive(stream: MediaStream | null): boolean {
  const tracks = stream?.getTracks() ?? [];
  return tracks.length > 0 && tracks.every((track) => track.readyState === "live");
}

/** Report the microphone's level, 0 to 1, about 15 times a second. Returns how to stop. */
export function meterLevel(stream: MediaStream, onLevel: (level: number) => void): () => void {
  if (stream.getAudioTracks().length === 0 || typeof AudioContext === "undefined") {
    return () => undefined;
  }
  const context = new AudioContext();
  void context.resume();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    onLevel(levelOf(samples));
  }, 66);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

/** Loudness of samples in -1..1 on a scale that speech fills: -50 dB is 0, -10 dB is 1. */
export function levelOf(samples: Float32Array): number {
  let power = 0;
  for (const sample of samples) {
    power += sample * sample;
  }
  const decibels = 10 * Math.log10(power / Math.max(1, samples.length) + 1e-10);
  return Math.min(1, Math.max(0, (decibels + 50) / 40));
}

/** Two soft notes, so that the patient can say whether the speaker works. */
export async function playTone(): Promise<void> {
  const context = new AudioContext();
  await context.resume();
  for (const [index, frequency] of [523.25, 659.25].entries()) {
    const from = context.currentTime + index * 0.35;
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(0.25, from + 0.04);
    gain.gain.linearRampToValueAtTime(0, from + 0.3);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(from);
    oscillator.stop(from + 0.32);
  }
  setTimeout(() => void context.close(), 1_200);
}
