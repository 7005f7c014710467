// All parts of a file, kind by kind; what may be done with one, the page says that shows it.

import type { ComponentChildren, JSX } from "preact";
import type { PractitionerFileView } from "../protocol/types";
import { Notice } from "../ui/Notice";
import {
  checkWords,
  endingWords,
  hours,
  isOffered,
  KIND,
  licensedWords,
  matchedWords,
  type PartKind,
  type PartRow,
  rowsOf,
  STANDING,
} from "./words";

const KINDS = Object.keys(KIND) as readonly PartKind[];

/** Whether they are matched, and what ends. */
export function FileStanding(props: { file: PractitionerFileView }): JSX.Element {
  const { file } = props;
  const asked = file.standard;
  return (
    <div class="file-standing">
      <Notice tone={isOffered(file) ? "ok" : "error"} testId="file-standing">
        <p>
          <strong>{matchedWords(file)}.</strong> {licensedWords(file)}{" "}
          {asked === null
            ? "The network asks for nothing besides licences."
            : `Training: ${hours(file.trained_minutes)} of ${hours(asked.training_minutes_min)}.`}
        </p>
      </Notice>
      {file.ends.length > 0 && (
        <Notice tone="warn" testId="file-ends">
          <ul>
            {file.ends.map((one) => (
              <li key={`${one.kind}:${one.jurisdiction}`}>{endingWords(one)}</li>
            ))}
          </ul>
        </Notice>
      )}
    </div>
  );
}

export function Parts(props: {
  file: PractitionerFileView;
  /** What may be done with a part. */
  acts?: (row: PartRow) => ComponentChildren;
}): JSX.Element {
  const rows = rowsOf(props.file);
  return (
    <>
      {KINDS.map((kind) => (
        <section key={kind} aria-labelledby={`part-${kind}`}>
          <h3 id={`part-${kind}`}>{KIND[kind]}</h3>
          <Rows rows={rows.filter((one) => one.kind === kind)} acts={props.acts} />
        </section>
      ))}
    </>
  );
}

function Rows(props: {
  rows: readonly PartRow[];
  acts: ((row: PartRow) => ComponentChildren) | undefined;
}): JSX.Element {
  if (props.rows.length === 0) return <p class="gf-muted">None</p>;
  return (
    <ul class="file-parts">
      {props.rows.map((one) => (
        <li key={one.id} data-testid={`part-${one.kind}`} data-standing={one.standing}>
          <span>
            <strong>{one.what}</strong> <span>{one.detail}</span>
            <br />
            <span class="gf-muted">
              {STANDING[one.standing]}
              {one.looked !== "" && ` (${one.looked})`}
            </span>
            <History row={one} />
          </span>
          {props.acts !== undefined && <span class="gf-row">{props.acts(one)}</span>}
        </li>
      ))}
    </ul>
  );
}

function History(props: { row: PartRow }): JSX.Element | null {
  const { checks, what } = props.row;
  if (checks.length === 0) return null;
  return (
    <details class="file-history">
      <summary aria-label={`History of ${what}`}>History</summary>
      <ul>
        {checks.map((one) => (
          <li key={`${one.at_ms}:${one.outcome}`}>{checkWords(one)}</li>
        ))}
      </ul>
    </details>
  );
}
