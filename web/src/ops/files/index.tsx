// Practitioners' files, for the role `compliance`: who is matched, what is missing, what ends.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import "../../shared/files/files.css";
import { endingWords, matchedWords } from "../../shared/files/words";
import type { FileRowView } from "../../shared/protocol/types";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { Field, SelectField } from "../../shared/ui/Field";
import { Notice } from "../../shared/ui/Notice";
import { CHOICES, type Choice, chosen } from "./choosing";
import { FilesDesk } from "./desk";
import { OneFile } from "./file";
import { FileImport } from "./import";
import { Standard } from "./standard";

const HASH = "#practitioners";
const NOBODY_YET = "No practitioner yet. Invite one under People: their file begins there.";

export function FilesView(props: { rest: string | null }): JSX.Element {
  const { rest } = props;
  const [desk] = useState(() => new FilesDesk());
  useEffect(() => {
    void (rest === null ? desk.load() : desk.show(rest));
  }, [desk, rest]);
  return (
    <div class="compliance" data-testid="files">
      <Told desk={desk} />
      {rest === null ? <List desk={desk} /> : <OneFile desk={desk} back={HASH} />}
    </div>
  );
}

/** What was done, or why not: whatever part of a long file it was about. */
function Told(props: { desk: FilesDesk }): JSX.Element {
  const { error, said, missed, verifying } = props.desk;
  const place = useRef<HTMLDivElement>(null);
  const shown = verifying.value === null ? error.value : null;
  useEffect(() => {
    if (shown !== null) place.current?.scrollIntoView({ block: "nearest" });
  }, [shown]);
  return (
    <div ref={place} class="file-told">
      <ErrorBox error={shown} />
      {missed.value !== "" && (
        <Notice tone="error" live="assertive" testId="files-missed">
          <p>
            What you did in the file of {missed.value} was not done. Open it, and do it again.
          </p>
        </Notice>
      )}
      <div role="status" data-testid="files-said">
        {said.value !== "" && (
          <Notice tone="ok">
            <p>{said.value}</p>
          </Notice>
        )}
      </div>
    </div>
  );
}

function List(props: { desk: FilesDesk }): JSX.Element {
  const { desk } = props;
  const view = desk.list.value;
  const choice = useSignal<Choice>("all");
  const words = useSignal("");
  if (view === null) {
    return (
      <p class="gf-muted" role="status">
        Reading the files
      </p>
    );
  }
  const people = chosen(view.people, choice.value, words.value);
  return (
    <>
      <h2>Practitioners</h2>
      {view.unseen > 0 && (
        <Notice tone="warn" testId="unseen">
          <p>
            {view.unseen === 1 ? "1 notice" : `${view.unseen} notices`} of what ends soon.{" "}
            <button type="button" class="secondary" onClick={() => void desk.seen()}>
              Mark as seen
            </button>
          </p>
        </Notice>
      )}
      <div class="file-form file-choice">
        <Field
          label="Find by name or NPI"
          name="file-words"
          type="search"
          autocomplete="off"
          spellcheck={false}
          testId="file-words"
          value={words.value}
          onValue={(value) => {
            words.value = value;
          }}
        />
        <SelectField
          label="Show"
          name="file-choice"
          testId="file-choice"
          value={choice.value}
          options={CHOICES}
          onValue={(value) => {
            choice.value = value as Choice;
          }}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="ops-scroll" tabIndex={0} aria-label="Practitioners and their files">
        <table class="ops-table file-list">
          <thead>
            <tr>
              <th scope="col">Practitioner</th>
              <th scope="col">Where</th>
              <th scope="col">File</th>
              <th scope="col">Ends soon</th>
            </tr>
          </thead>
          <tbody>
            {people.map((one) => (
              <Row key={one.practitioner_id} one={one} />
            ))}
          </tbody>
        </table>
      </section>
      <p class="gf-muted" role="status">
        {people.length === 0 &&
          (view.people.length === 0 ? NOBODY_YET : "Nobody is like that.")}
      </p>
      <Standard desk={desk} view={view} />
      <FileImport desk={desk} />
    </>
  );
}

function Row(props: { one: FileRowView }): JSX.Element {
  const { one } = props;
  return (
    <tr data-testid={`file-${one.login}`} data-cleared={one.cleared}>
      <th scope="row">
        <a class="gf-alone" href={`${HASH}/${one.practitioner_id}`}>
          {one.display_name}
        </a>
        , {one.profession}
      </th>
      <td data-label="Where">{one.jurisdictions.join(" ")}</td>
      <td data-label="File">
        {matchedWords(one)}
        {one.unverified > 0 && `; ${one.unverified} to be looked at`}
      </td>
      <td data-label="Ends soon">{one.ends.map(endingWords).join("; ")}</td>
    </tr>
  );
}
