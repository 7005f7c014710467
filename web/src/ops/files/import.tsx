// Taking files in from CSV: what it would do is shown first, with every wrong cell; then all of
// it is done, or nothing.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { type ApiError, asApiError } from "../../shared/http";
import type { FileImportView } from "../../shared/protocol/types";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { AreaField } from "../../shared/ui/Field";
import { Notice } from "../../shared/ui/Notice";
import type { FilesDesk } from "./desk";

const EXAMPLE = `practitioner,part,jurisdiction,number,since,until,checked_by,source
casey,license,AZ,NP-1,2024-06-01,2028-06-01,R. Alvarez,azbn.gov`;

export function FileImport(props: { desk: FilesDesk }): JSX.Element {
  const { desk } = props;
  const csv = useSignal("");
  const found = useSignal<FileImportView | null>(null);
  const error = useSignal<ApiError | null>(null);
  const busy = useSignal(false);

  async function ask(apply: boolean): Promise<void> {
    if (busy.value || csv.value === "") return;
    busy.value = true;
    error.value = null;
    try {
      found.value = await desk.import({ csv: csv.value, apply });
    } catch (thrown) {
      error.value = asApiError(thrown);
    } finally {
      busy.value = false;
    }
  }

  const view = found.value;
  const ready = view !== null && view.errors.length === 0 && !view.applied;
  return (
    <details data-testid="file-import">
      <summary>Import files</summary>
      <ErrorBox error={error.value} />
      <AreaField
        label="Lines of a CSV file"
        name="csv"
        rows={6}
        testId="file-import-text"
        placeholder={EXAMPLE}
        help="One line for each part. Which columns a part needs, docs/practitioner-files.md says."
        value={csv.value}
        onValue={(text) => {
          csv.value = text;
          found.value = null;
        }}
      />
      <button
        type="button"
        data-testid={ready ? "file-import-apply" : "file-import-preview"}
        aria-disabled={busy.value || csv.value === ""}
        onClick={() => void ask(ready)}
      >
        {ready ? "Apply all" : "Preview"}
      </button>
      {view !== null && <Found view={view} />}
    </details>
  );
}

function Found(props: { view: FileImportView }): JSX.Element {
  const { view } = props;
  const tone = view.errors.length > 0 ? "error" : view.applied ? "ok" : "info";
  return (
    <>
      <Notice tone={tone} live="polite" testId="file-import-found">
        <p>{summary(view)}</p>
      </Notice>
      {view.errors.length > 0 && (
        <table class="file-remarks">
          <caption>To be mended</caption>
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Column</th>
              <th scope="col">What</th>
            </tr>
          </thead>
          <tbody>
            {view.errors.map((one) => (
              <tr key={`${one.line}:${one.column}:${one.code}`} data-code={one.code}>
                <td>{one.line === 0 ? "file" : one.line}</td>
                <td>{one.column === "" ? "all" : one.column}</td>
                <td>{one.message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function summary(view: FileImportView): string {
  if (view.errors.length > 0) {
    return `Nothing was changed: ${view.errors.length} to be mended first.`;
  }
  return view.applied
    ? `Done: ${view.added} taken in, ${view.unchanged} were there already.`
    : `${view.added} to take in, ${view.unchanged} there already. Nothing is changed yet.`;
}
