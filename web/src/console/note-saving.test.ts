// Windows and a server on a clock of their own: what is typed is saved within a second, and
// whatever gets lost on the way, no word does.

import { describe, expect, test } from "vitest";
import {
  acknowledged,
  caughtUp,
  draftOf,
  dueAt,
  heard,
  type Note,
  nextSave,
  opened,
  refused,
  resumed,
  type Sent,
  sending,
  typed,
} from "./note";
import { caretAfter } from "./note-caret";
import { merged } from "./note-merging";

/** The server's rules for a save, as `server/chart/note.py` has them. */
class Server {
  readonly texts: string[] = [""];
  private readonly saves: Sent[] = [];

  get revision(): number {
    return this.texts.length - 1;
  }

  get text(): string {
    return this.texts.at(-1) ?? "";
  }

  save(sent: Sent): { revision: number; joined: boolean } {
    const again = this.saves.some((one) => one.on === sent.on && one.text === sent.text);
    if (!again && sent.text !== this.text) {
      const base = this.texts[sent.on] ?? "";
      const text = sent.on === this.revision ? sent.text : merged(base, sent.text, this.text);
      if (text !== this.text) {
        this.texts.push(text);
        this.saves.push(sent);
      }
    }
    return { revision: this.revision, joined: this.text !== sent.text };
  }
}

class Window {
  note: Note;
  caret = 0;
  private arriving: { at: number; run: () => void }[] = [];

  constructor(
    private readonly server: Server,
    private readonly delay: () => number,
    private readonly isLost: () => boolean,
  ) {
    const { text, revision } = server;
    this.note = opened({ text, revision, savedAtMs: null });
  }

  type(letters: string, now: number): void {
    const { text } = this.note;
    const after = text.slice(0, this.caret) + letters + text.slice(this.caret);
    this.caret += letters.length;
    this.note = typed(this.note, after, now);
  }

  /** Everything that is due at `now`. */
  tick(now: number): void {
    const ready = this.arriving.filter((one) => one.at <= now);
    this.arriving = this.arriving.filter((one) => one.at > now);
    for (const one of ready) one.run();
    const due = dueAt(this.note);
    if (due !== null && due <= now) this.save(now);
    if (this.note.phase === "behind" && this.arriving.length === 0) this.read(now);
  }

  reload(): void {
    const draft = draftOf(this.note);
    this.arriving = [];
    const { text, revision } = this.server;
    this.note = opened({ text, revision, savedAtMs: null });
    if (draft !== null) this.note = resumed(this.note, JSON.parse(JSON.stringify(draft)));
    this.caret = Math.min(this.caret, this.note.text.length);
  }

  private save(now: number): void {
    const sent = nextSave(this.note);
    this.note = sending(this.note);
    const there = now + this.delay();
    const back = there + this.delay();
    const [lostThere, lostBack] = [this.isLost(), this.isLost()];
    this.arriving.push({
      at: there,
      run: () => {
        if (lostThere) return;
        const { revision, joined } = this.server.save(sent);
        if (lostBack) return;
        const answer = { revision, joined, atMs: there };
        this.arriving.push({
          at: back,
          run: () => {
            this.note = acknowledged(this.note, answer, back);
          },
        });
      },
    });
    if (!lostThere && !lostBack) return;
    this.arriving.push({
      at: back + 1,
      run: () => {
        this.note = refused(this.note, "no answer", back, true);
      },
    });
  }

  private read(now: number): void {
    const at = now + this.delay();
    this.arriving.push({
      at,
      run: () => {
        const before = this.note.text;
        const { text, revision } = this.server;
        this.note = caughtUp(this.note, { text, revision, savedAtMs: at }, at);
        this.caret = caretAfter(before, this.note.text, this.caret);
      },
    });
  }
}

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

describe("what is typed is saved", () => {
  test.each([30, 120, 250])(
    "within a second, while typing never stops (a key each %i ms)",
    (gap) => {
      const server = new Server();
      const window = new Window(
        server,
        () => 120,
        () => false,
      );
      const typedAt: number[] = [];
      let worst = 0;
      let committed = 0;
      for (let now = 0; now <= 30_000; now += 10) {
        if (now % gap === 0 && now <= 28_000) {
          window.type("x", now);
          typedAt.push(now);
        }
        window.tick(now);
        for (; committed < server.text.length; committed++) {
          worst = Math.max(worst, now - (typedAt[committed] ?? 0));
        }
      }
      expect(committed).toBe(typedAt.length);
      expect(worst).toBeLessThanOrEqual(1_000);
    },
  );
});

describe("two windows that type at once, on a line that loses things, reloaded at times", () => {
  const scenes = Array.from({ length: 60 }, (_, seed) => ({ seed, apart: seed % 2 === 0 }));

  test.each(scenes)("end with one text and every word ($seed)", ({ seed, apart }) => {
    const next = random(seed + 1);
    const server = new Server();
    server.save({ text: "History:\nPlan:\n", on: 0 });
    let faulty = true;
    const windows = [0, 1].map(
      () =>
        new Window(
          server,
          () => 20 + next(200),
          () => faulty && next(8) === 0,
        ),
    );
    const [one, other] = windows as [Window, Window];
    one.caret = "History:".length;
    other.caret = apart ? "History:\nPlan:".length : one.caret;
    const words: string[] = [];
    let under = ["", ""];
    let told = server.revision;
    for (let now = 0; now < 60_000; now += 20) {
      if (now > 20_000) faulty = false;
      windows.forEach((window, who) => {
        if (now < 20_000 && next(5) === 0) {
          if (under[who] === "") {
            const word = `${who === 0 ? "w" : "v"}${words.length}x`;
            words.push(word);
            under = under.map((rest, at) => (at === who ? ` ${word}` : rest));
          }
          window.type(under[who]?.[0] ?? "", now);
          under = under.map((rest, at) => (at === who ? rest.slice(1) : rest));
        } else if (now < 20_000 && next(400) === 0 && under[who] === "") {
          window.reload();
          window.caret = window.note.text.indexOf(who === 0 ? "\n" : "\n", 0);
          if (apart && who === 1) window.caret = window.note.text.trimEnd().length;
        }
        window.tick(now);
      });
      if (server.revision > told && next(3) > 0) {
        told = server.revision;
        for (const window of windows) window.note = heard(window.note, told);
      }
    }
    for (const window of windows) expect(window.note.text).toBe(server.text);
    const whole = words.filter(
      (word) => !under.some((rest) => rest !== "" && word.endsWith(rest)),
    );
    const saved = server.text.split(/\s+/);
    for (const word of whole) {
      const times = saved.filter((each) => each.includes(word)).length;
      if (apart) expect(times, word).toBe(1);
      else expect(times, `${word} in ${server.text}`).toBeGreaterThanOrEqual(1);
    }
  });
});
