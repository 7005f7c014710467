// The note: typed, saved as typed, and quiet about it.

import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { clockSeconds } from "../shared/format";
import { Icon } from "../shared/ui/Icon";
import type { ChartDesk } from "./chart-desk";
import { excess, isSaved, type Note } from "./note";
import { caretAfter } from "./note-caret";

export function NoteBox(props: {
  chart: ChartDesk;
  online: boolean;
  signed: boolean;
}): JSX.Element {
  const { chart, online, signed } = props;
  const note = chart.note.note.value;
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    if (box.current !== null) show(box.current, note.text);
  }, [note.text]);
  return (
    <section class="note" aria-labelledby="note-title">
      <div class="gf-row gf-spread">
        <h3 id="note-title">
          <label for="note">Note</label>
        </h3>
        <Saved note={note} online={online} />
      </div>
      <textarea
        ref={box}
        id="note"
        data-testid="note"
        rows={8}
        readOnly={signed || !chart.note.ready.value}
        spellcheck
        aria-describedby="note-problem"
        onInput={(event) => chart.note.type(event.currentTarget.value)}
        onBlur={() => void chart.note.flush()}
        onCompositionStart={() => chart.note.compose(true)}
        onCompositionEnd={() => chart.note.compose(false)}
      />
      <p id="note-problem" class="problem" role="alert">
        {problemOf(note)}
      </p>
      <p class="note-joined" role="status" data-testid="note-joined">
        {note.joins > 0 && "Words from another window of yours were joined in."}
      </p>
    </section>
  );
}

/** Put words that came from elsewhere into the box; the caret stays at its word. */
function show(box: HTMLTextAreaElement, text: string): void {
  const before = box.value;
  if (before === text) return;
  const { selectionStart, selectionEnd, selectionDirection, scrollTop } = box;
  box.value = text;
  if (document.activeElement !== box) return;
  box.setSelectionRange(
    caretAfter(before, text, selectionStart),
    caretAfter(before, text, selectionEnd),
    selectionDirection,
  );
  box.scrollTop = scrollTop;
}

/** Why the note is not saved, in words; empty when nothing is wrong. */
export function problemOf(note: Note): string {
  const over = excess(note.text);
  if (over === 0) return note.problem ?? "";
  const letters = over === 1 ? "1 character" : `${over} characters`;
  return `The note is ${letters} too long. It is saved again once it is shorter; until then it is kept here.`;
}

function Saved(props: { note: Note; online: boolean }): JSX.Element {
  const { note, online } = props;
  const saved = isSaved(note);
  const state = saved ? "saved" : online ? "saving" : "offline";
  return (
    <span class="note-saved" data-testid="note-saved" data-state={state}>
      {!saved && <Icon name={online ? "pen" : "offline"} />}
      {wordsOf(note, saved, online)}
    </span>
  );
}

function wordsOf(note: Note, saved: boolean, online: boolean): string {
  if (!saved && !online) return "not saved: no connection, kept here";
  if (!saved) return note.phase === "sending" ? "saving" : "not saved yet";
  return note.savedAtMs === null ? "nothing to save" : `saved ${clockSeconds(note.savedAtMs)}`;
}
