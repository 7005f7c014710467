// Choosing a CSV file or pasting its lines, and what the server found in them.

import type { JSX } from "preact";
import type { RemarkView } from "../shared/protocol/types";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { AreaField } from "../shared/ui/Field";
import { Notice } from "../shared/ui/Notice";
import "./import-fields.css";
import type { Imported, Importing } from "./importing";

export function ImportFields<View extends Imported>(props: {
  importing: Importing<View>;
  /** What its test ids begin with: `import`. */
  name: string;
  example: string;
  help: string;
}): JSX.Element {
  const { importing, name } = props;
  return (
    <>
      <ErrorBox error={importing.error.value} />
      <label class="import-file">
        A CSV file
        <input
          type="file"
          accept=".csv,text/csv"
          data-testid={`${name}-file`}
          onChange={async (event) =>
            importing.type((await event.currentTarget.files?.[0]?.text()) ?? "")
          }
        />
      </label>
      <AreaField
        label="Or paste its lines"
        name="csv"
        rows={6}
        testId={`${name}-text`}
        placeholder={props.example}
        help={props.help}
        value={importing.csv.value}
        onValue={(text) => importing.type(text)}
      />
    </>
  );
}

/** Looks through the lines; when nothing is to be mended in them, applies them. */
export function ImportButton<View extends Imported>(props: {
  importing: Importing<View>;
  name: string;
}): JSX.Element {
  const { importing, name } = props;
  const { ready } = importing;
  return (
    <button
      type="button"
      data-testid={`${name}-${ready ? "apply" : "preview"}`}
      aria-disabled={importing.busy.value || importing.csv.value === ""}
      onClick={() => void importing.ask(ready)}
    >
      {ready ? "Apply all" : "Preview"}
    </button>
  );
}

export function ImportFound(props: {
  found: Imported;
  /** What it would do, or did, where nothing is to be mended. */
  summary: string;
  notes?: readonly RemarkView[];
  testId: string;
}): JSX.Element {
  const { errors, applied } = props.found;
  const tone = errors.length > 0 ? "error" : applied ? "ok" : "info";
  const mend = `Nothing was changed: ${errors.length} to be mended first.`;
  return (
    <div class="import-found">
      <Notice tone={tone} live="polite" testId={props.testId}>
        <p>{errors.length > 0 ? mend : props.summary}</p>
      </Notice>
      <Remarks title="To be mended" remarks={errors} />
      <Remarks title="To be looked at" remarks={props.notes ?? []} />
    </div>
  );
}

function Remarks(props: { title: string; remarks: readonly RemarkView[] }): JSX.Element | null {
  if (props.remarks.length === 0) return null;
  return (
    <table class="import-remarks">
      <caption>{props.title}</caption>
      <thead>
        <tr>
          <th scope="col">Line</th>
          <th scope="col">Column</th>
          <th scope="col">What</th>
        </tr>
      </thead>
      <tbody>
        {props.remarks.map((one) => (
          <tr key={`${one.line}:${one.column}:${one.code}`} data-code={one.code}>
            <td>{one.line === 0 ? "file" : one.line}</td>
            <td>{one.column === "" ? "all" : one.column}</td>
            <td>{one.message}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
