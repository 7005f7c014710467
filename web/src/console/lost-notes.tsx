// Notes that could not be saved after their chart was put away: said, and shown to be copied.

import type { JSX } from "preact";
import { Notice } from "../shared/ui/Notice";
import type { Desk } from "./desk";
import type { LeavingNote } from "./leaving-notes";
import { problemOf } from "./note-box";

export function LostNotes(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  return (
    <>
      {desk.leaving.lost.value.map((each) => (
        <LostNote key={each.desk.encounterId} desk={desk} lost={each} />
      ))}
    </>
  );
}

function LostNote(props: { desk: Desk; lost: LeavingNote }): JSX.Element {
  const { desk, lost } = props;
  const note = lost.desk.note.value;
  return (
    <div class="desk-notice">
      <Notice tone="error" live="assertive" testId="lost-note">
        <p>
          <strong>The note of {lost.who} is not saved to its end.</strong> {problemOf(note)}{" "}
          Open the chart to try again, or copy the words before this page is closed.
        </p>
        <details>
          <summary>The note as you wrote it</summary>
          <textarea
            readOnly
            rows={6}
            aria-label={`The note of ${lost.who} as you wrote it`}
            value={note.text}
          />
        </details>
        <div class="gf-row">
          <button type="button" onClick={() => void desk.open(lost.desk.encounterId)}>
            Open the chart
          </button>
          <button type="button" class="quiet" onClick={() => desk.leaving.dismiss(lost)}>
            Dismiss
          </button>
        </div>
      </Notice>
    </div>
  );
}
