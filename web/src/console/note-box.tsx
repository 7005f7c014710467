// The note: typed, saved as typed, and quiet about it.

import type { JSX } from "preact";
import { clockSeconds } from "../shared/format";
import { Icon } from "../shared/ui/Icon";
import type { ChartDesk } from "./chart-desk";
import { isSaved, NOTE_MAX, type Note } from "./note";

export function NoteBox(props: {
  chart: ChartDesk;
  online: boolean;
  signed: boolean;
}): JSX.Element {
  const { chart, online, signed } = props;
  const note = chart.note.note.value;
  return (
    <section class="note" aria-labelledby="note-title">
      <div class="gf-row gf-spread">
        <h3 id="note-title">
          <label for="note">Note</label>
        </h3>
        <Saved note={note} online={online} />
      </div>
      <textarea
        id="note"
        data-testid="note"
        rows={8}
        maxLength={NOTE_MAX}
        value={note.text}
        readOnly={signed}
        spellcheck
        aria-describedby="note-problem"
        onInput={(event) => chart.note.type(event.currentTarget.value)}
        onBlur={() => void chart.note.flush()}
      />
      <p id="note-problem" class="problem" role="alert">
        {note.problem ?? ""}
      </p>
    </section>
  );
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
