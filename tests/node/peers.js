// libwebrtc in the seats of a relay, without a browser around it: what browsers hide can be seen
// here, such as which frames really come out of the track that the description promised.
//
// Lines of JSON: {"id": 1, "do": "answer", "leg": "a", "given": sdp} in,
// {"id": 1, "done": ...} or {"id": 1, "failed": text} out.
"use strict";

const readline = require("node:readline");
const { RTCPeerConnection, nonstandard } = require("@roamhq/wrtc");
const { RTCAudioSink, RTCAudioSource, RTCVideoSink, RTCVideoSource } = nonstandard;

const WIDTH = 640;
const HEIGHT = 480;
const FRAME_MS = 33;
const RATE_HZ = 48_000;
const SOUND_MS = 10;
const TONE_HZ = 440;

const legs = new Map();

// Counts what comes out of each receiver's own track, wherever it was signalled.
function watch(receiver, seen) {
  if (receiver.track.kind === "video") {
    const sink = new RTCVideoSink(receiver.track);
    sink.onframe = ({ frame }) => {
      seen.frames += 1;
      seen.width = frame.width;
      seen.pictures.add(frame.data[(frame.height >> 1) * frame.width + (frame.width >> 1)]);
    };
    return sink;
  }
  const sink = new RTCAudioSink(receiver.track);
  sink.ondata = ({ samples }) => {
    seen.sounds += 1;
    for (const one of samples) seen.loudest = Math.max(seen.loudest, Math.abs(one));
  };
  return sink;
}

async function answer(name, sdp) {
  const pc = new RTCPeerConnection();
  const seen = { frames: 0, width: 0, pictures: new Set(), sounds: 0, loudest: 0 };
  const leg = { pc, seen, sinks: [], timers: [] };
  legs.set(name, leg);
  await pc.setRemoteDescription({ type: "offer", sdp });
  for (const one of pc.getTransceivers()) {
    one.direction = "sendrecv";
    leg.sinks.push(watch(one.receiver, seen));
  }
  await pc.setLocalDescription(await pc.createAnswer());
  return pc.localDescription.sdp;
}

// A bar that moves over noise: an encoder finds something to do in every frame.
function picture(source) {
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 1.5).fill(128);
  let at = 0;
  return setInterval(() => {
    at = (at + 8) % WIDTH;
    for (let y = 0; y < HEIGHT; y += 1) {
      for (let x = 0; x < WIDTH; x += 1) {
        const lit = (x - at + WIDTH) % WIDTH < WIDTH / 2;
        data[y * WIDTH + x] = lit ? 200 + ((x * 7 + y * 13 + at) % 40) : 40 + ((x ^ y) % 20);
      }
    }
    source.onFrame({ width: WIDTH, height: HEIGHT, data });
  }, FRAME_MS);
}

function tone(source) {
  const count = (RATE_HZ * SOUND_MS) / 1_000;
  let at = 0;
  return setInterval(() => {
    const samples = new Int16Array(count);
    for (let one = 0; one < count; one += 1, at += 1) {
      samples[one] = 8_000 * Math.sin((2 * Math.PI * TONE_HZ * at) / RATE_HZ);
    }
    source.onData({ samples, sampleRate: RATE_HZ, bitsPerSample: 16, channelCount: 1 });
  }, SOUND_MS);
}

async function accept(name) {
  const leg = legs.get(name);
  const video = new RTCVideoSource();
  const audio = new RTCAudioSource();
  const tracks = { video: video.createTrack(), audio: audio.createTrack() };
  for (const one of leg.pc.getTransceivers()) {
    await one.sender.replaceTrack(tracks[one.receiver.track.kind]);
  }
  leg.timers.push(picture(video), tone(audio));
}

async function found(name) {
  const { pc, seen } = legs.get(name);
  const result = {
    state: pc.connectionState,
    frames: seen.frames,
    width: seen.width,
    pictures: seen.pictures.size,
    sounds: seen.sounds,
    loudest: seen.loudest,
    inbound: [],
    estimate: 0,
  };
  const tracks = pc.getTransceivers().map((one) => one.receiver.track.id);
  for (const one of (await pc.getStats()).values()) {
    if (one.type === "inbound-rtp") {
      const signalled = tracks.includes(one.trackIdentifier);
      result.inbound.push({ kind: one.kind, ssrc: one.ssrc, signalled });
    }
    if (one.type === "candidate-pair" && one.availableOutgoingBitrate) {
      result.estimate = one.availableOutgoingBitrate;
    }
  }
  return result;
}

async function close(name) {
  const { pc, sinks, timers } = legs.get(name);
  for (const one of timers) clearInterval(one);
  for (const one of sinks) one.stop();
  pc.close();
  legs.delete(name);
}

const commands = { answer, accept, found, close };

readline.createInterface({ input: process.stdin }).on("line", async (line) => {
  const { id, do: what, leg, given } = JSON.parse(line);
  try {
    const done = (await commands[what](leg, given)) ?? null;
    process.stdout.write(`${JSON.stringify({ id, done })}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ id, failed: String(error) })}\n`);
  }
}).on("close", () => process.exit(0));
