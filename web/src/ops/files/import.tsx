// Taking files in from CSV, beside the list of practitioners.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { FileImportView } from "../../shared/protocol/types";
import { ImportButton, ImportFields, ImportFound } from "../import-fields";
import { Importing } from "../importing";
import type { FilesDesk } from "./desk";

const NAME = "file-import";
const EXAMPLE = `practitioner,part,jurisdiction,number,since,until,checked_by,source
casey,license,AZ,NP-1,2024-06-01,2028-06-01,R. Alvarez,azbn.gov`;

export function FileImport(props: { desk: FilesDesk }): JSX.Element {
  const { desk } = props;
  const [importing] = useState(
    () => new Importing((csv, apply) => desk.import({ csv, apply })),
  );
  const found = importing.found.value;
  return (
    <details data-testid={NAME}>
      <summary>Import files</summary>
      <ImportFields
        importing={importing}
        name={NAME}
        example={EXAMPLE}
        help="One line for each part. Which columns a part needs, docs/practitioner-files.md says."
      />
      <p class="import-act">
        <ImportButton importing={importing} name={NAME} />
      </p>
      {found !== null && (
        <ImportFound found={found} summary={summary(found)} testId={`${NAME}-found`} />
      )}
    </details>
  );
}

function summary(view: FileImportView): string {
  return view.applied
    ? `Done: ${view.added} taken in, ${view.unchanged} were there already.`
    : `${view.added} to take in, ${view.unchanged} there already. Nothing is changed yet.`;
}
