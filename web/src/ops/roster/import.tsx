// Taking a roster in from CSV; a whole week may be replaced by it.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ImportView } from "../../shared/protocol/types";
import { Dialog } from "../../shared/ui/Dialog";
import { ImportButton, ImportFields, ImportFound } from "../import-fields";
import { Importing } from "../importing";
import type { RosterDesk } from "./desk";
import { weekSpan } from "./week";
import { dayWords } from "./week-table";

const NAME = "import";
const EXAMPLE = `practitioner,date,start,end,time_zone
casey,2026-11-30,08:00,16:00,America/Denver`;

export function ImportDialog(props: { desk: RosterDesk; onClose: () => void }): JSX.Element {
  const { desk, onClose } = props;
  const replace = useSignal(false);
  const [importing] = useState(
    () =>
      new Importing<ImportView>(async (csv, apply) => {
        const { from, to } = weekSpan(desk.monday.value);
        const replaced = replace.value ? { starts_at_ms: from, ends_at_ms: to } : null;
        return await desk.import({ csv, apply, replaced });
      }),
  );
  const found = importing.found.value;
  return (
    <Dialog
      open={true}
      title="Import a roster"
      onClose={onClose}
      testId="import-dialog"
      actions={
        <>
          <button type="button" class="secondary" onClick={onClose}>
            {found?.applied === true ? "Done" : "Cancel"}
          </button>
          {found?.applied !== true && <ImportButton importing={importing} name={NAME} />}
        </>
      }
    >
      <ImportFields
        importing={importing}
        name={NAME}
        example={EXAMPLE}
        help="Columns: practitioner (login or NPI), date, start, end, time_zone; or practitioner, starts_at, ends_at with an offset. An end before the start is on the next day."
      />
      <label class="gf-check">
        <input
          type="checkbox"
          data-testid="import-replace"
          checked={replace.value}
          onChange={(event) => {
            replace.value = event.currentTarget.checked;
            importing.found.value = null;
          }}
        />
        <span>
          Replace the week of {dayWords(desk.monday.value)}: what begins in it and is not in the
          file is removed
        </span>
      </label>
      {found !== null && (
        <ImportFound
          found={found}
          summary={summary(found)}
          notes={found.notes}
          testId="import-found"
        />
      )}
    </Dialog>
  );
}

function summary(found: ImportView): string {
  const { added, removed, unchanged } = found;
  return found.applied
    ? `Done: ${added} added, ${removed} removed, ${unchanged} were there already.`
    : `${added} to add, ${removed} to remove, ${unchanged} there already. Nothing is changed yet.`;
}
