// Taking a roster in from a file: what it would do is shown first, with every wrong line; then
// all of it is done, or nothing.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { type ApiError, asApiError } from "../../shared/http";
import type { ImportForm, ImportView, RemarkView } from "../../shared/protocol/types";
import { Dialog } from "../../shared/ui/Dialog";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { AreaField } from "../../shared/ui/Field";
import { Notice } from "../../shared/ui/Notice";
import type { RosterDesk } from "./desk";
import { weekSpan } from "./week";
import { dayWords } from "./week-table";

const EXAMPLE = `practitioner,date,start,end,time_zone
casey,2026-11-30,08:00,16:00,America/Denver`;
const CHARS_MAX = 200_000;

export function ImportDialog(props: { desk: RosterDesk; onClose: () => void }): JSX.Element {
  const { desk, onClose } = props;
  const csv = useSignal("");
  const replace = useSignal(false);
  const found = useSignal<ImportView | null>(null);
  const error = useSignal<ApiError | null>(null);
  const busy = useSignal(false);

  async function ask(apply: boolean): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    error.value = null;
    const { from, to } = weekSpan(desk.monday.value);
    const form: ImportForm = {
      csv: csv.value,
      apply,
      replaced: replace.value ? { starts_at_ms: from, ends_at_ms: to } : null,
    };
    try {
      found.value = await desk.import(form);
    } catch (thrown) {
      error.value = asApiError(thrown);
    } finally {
      busy.value = false;
    }
  }

  /** Whatever was found belongs to another text from now on. */
  function typed(text: string): void {
    csv.value = text.slice(0, CHARS_MAX + 1);
    found.value = null;
  }

  const ready = found.value !== null && found.value.errors.length === 0 && !found.value.applied;
  return (
    <Dialog
      open={true}
      title="Import a roster"
      onClose={onClose}
      testId="import-dialog"
      actions={
        <>
          <button type="button" class="secondary" onClick={onClose}>
            {found.value?.applied === true ? "Done" : "Cancel"}
          </button>
          {ready ? (
            <button
              type="button"
              data-testid="import-apply"
              aria-disabled={busy.value}
              onClick={() => void ask(true)}
            >
              Apply all
            </button>
          ) : (
            found.value?.applied !== true && (
              <button
                type="button"
                data-testid="import-preview"
                aria-disabled={busy.value || csv.value === ""}
                onClick={() => csv.value !== "" && void ask(false)}
              >
                Preview
              </button>
            )
          )}
        </>
      }
    >
      <ErrorBox error={error.value} />
      <label class="import-file">
        A CSV file
        <input
          type="file"
          accept=".csv,text/csv"
          data-testid="import-file"
          onChange={async (event) =>
            typed((await event.currentTarget.files?.[0]?.text()) ?? "")
          }
        />
      </label>
      <AreaField
        label="Or paste its lines"
        name="csv"
        rows={6}
        testId="import-text"
        placeholder={EXAMPLE}
        help="Columns: practitioner (login or NPI), date, start, end, time_zone; or practitioner, starts_at, ends_at with an offset. An end before the start is on the next day."
        value={csv.value}
        onValue={typed}
      />
      <label class="gf-check">
        <input
          type="checkbox"
          data-testid="import-replace"
          checked={replace.value}
          onChange={(event) => {
            replace.value = event.currentTarget.checked;
            found.value = null;
          }}
        />
        <span>
          Replace the week of {dayWords(desk.monday.value)}: what begins in it and is not in the
          file is removed
        </span>
      </label>
      {found.value !== null && <Found found={found.value} />}
    </Dialog>
  );
}

function Found(props: { found: ImportView }): JSX.Element {
  const { found } = props;
  const tone = found.errors.length > 0 ? "error" : found.applied ? "ok" : "info";
  return (
    <div class="import-found">
      <Notice tone={tone} live="polite" testId="import-found">
        <p>{summary(found)}</p>
      </Notice>
      <Remarks title="To be mended" remarks={found.errors} />
      <Remarks title="To be looked at" remarks={found.notes} />
    </div>
  );
}

function summary(found: ImportView): string {
  const { added, removed, unchanged } = found;
  if (found.errors.length > 0) {
    return `Nothing was changed: ${found.errors.length} to be mended first.`;
  }
  const shifts = `${added} to add, ${removed} to remove, ${unchanged} there already.`;
  return found.applied
    ? `Done: ${added} added, ${removed} removed, ${unchanged} were there already.`
    : `${shifts} Nothing is changed yet.`;
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
