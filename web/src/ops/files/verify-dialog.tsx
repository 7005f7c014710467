// Who looked, at which source, with which paper: what lets a claim count.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { PaperField } from "../../shared/files/part-form";
import type { PartRow } from "../../shared/files/words";
import type { EvidenceForm, VerifyForm } from "../../shared/protocol/types";
import { Dialog } from "../../shared/ui/Dialog";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { Field, SelectField } from "../../shared/ui/Field";
import type { FilesDesk } from "./desk";

const FORM = "verify-form";
/** What a board says of an NP: nothing, or one of two. */
const ALONE = [
  { value: "", label: "As it is entered" },
  { value: "yes", label: "Practises alone" },
  { value: "no", label: "Needs a collaborating physician" },
];

export function VerifyDialog(props: {
  desk: FilesDesk;
  row: PartRow;
  onClose: () => void;
}): JSX.Element {
  const { desk, row, onClose } = props;
  const who = useSignal("");
  const source = useSignal("");
  const paper = useSignal("");
  const alone = useSignal("");
  const file = desk.file.value;
  const isLicence = row.kind === "authorities";
  const ready = who.value.trim() !== "" && source.value.trim() !== "";
  async function send(event: Event): Promise<void> {
    event.preventDefault();
    if (!ready || desk.busy.value) return;
    const seen: EvidenceForm = {
      checked_by: who.value.trim(),
      source: source.value.trim(),
      document_id: paper.value === "" ? null : paper.value,
    };
    const found: VerifyForm = {
      ...seen,
      independent: alone.value === "" ? null : alone.value === "yes",
    };
    const path = isLicence ? `authorities/${row.id}` : `parts/${row.kind}/${row.id}`;
    const form = isLicence ? found : seen;
    if (await desk.change("POST", `${path}/verify`, form, `${row.what}: verified`)) onClose();
  }
  return (
    <Dialog
      open={true}
      title={`Verify ${row.what}`}
      onClose={onClose}
      testId="look-dialog"
      actions={
        <>
          <button type="button" class="secondary" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            form={FORM}
            data-testid="look-save"
            disabled={!ready}
            aria-busy={desk.busy.value}
          >
            It counts from now on
          </button>
        </>
      }
    >
      <form id={FORM} class="verify-form" onSubmit={(event) => void send(event)}>
        <ErrorBox error={desk.error.value} />
        <Field
          label="Who looked"
          name="checked-by"
          maxLength={120}
          required
          testId="look-who"
          value={who.value}
          onValue={(value) => {
            who.value = value;
          }}
        />
        <Field
          label="At which primary source"
          name="source"
          help="For example the board's register, or the list itself."
          maxLength={200}
          required
          testId="look-source"
          value={source.value}
          onValue={(value) => {
            source.value = value;
          }}
        />
        <PaperField
          papers={file?.documents ?? []}
          value={paper.value}
          onValue={(value) => {
            paper.value = value;
          }}
        />
        {isLicence && file?.profession === "NP" && (
          <SelectField
            label="What the source says of practising alone"
            name="alone"
            testId="look-alone"
            value={alone.value}
            options={ALONE}
            onValue={(value) => {
              alone.value = value;
            }}
          />
        )}
      </form>
    </Dialog>
  );
}
