// Who looked, at which source, with which paper: what lets a claim count.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { PaperField } from "../../shared/files/part-form";
import { type PartRow, practice } from "../../shared/files/words";
import type { EvidenceForm, VerifyForm } from "../../shared/protocol/types";
import { Field, SelectField } from "../../shared/ui/Field";
import { FormDialog } from "../../shared/ui/FormDialog";
import type { FilesDesk, Verifying } from "./desk";

/** What a board says of an NP: as it is entered, in words, or one of two. */
function alone(entered: boolean): { value: string; label: string }[] {
  return [
    { value: "", label: `As it is entered: ${practice(entered)}` },
    { value: "yes", label: "Practises alone" },
    { value: "no", label: "Needs a collaborating physician" },
  ];
}

interface Seen {
  readonly who: string;
  readonly source: string;
  readonly paper: string;
  readonly alone: string;
}

const NOTHING: Seen = { who: "", source: "", paper: "", alone: "" };

export function VerifyDialog(props: { desk: FilesDesk }): JSX.Element {
  const { desk } = props;
  const seen = useSignal<Seen>(NOTHING);
  const verifying = desk.verifying.value;
  const row = verifying?.row ?? null;
  const ready = seen.value.who.trim() !== "" && seen.value.source.trim() !== "";
  const close = (): void => {
    desk.verifying.value = null;
    desk.error.value = null;
    seen.value = NOTHING;
  };
  async function send(): Promise<void> {
    if (verifying === null) return;
    const { of, row: one } = verifying;
    const [path, form] = whatIsSent(one, seen.value);
    const went = await desk.change(of, "POST", path, form, `${one.what}: verified`);
    // What is verified by then may be something else.
    if (went && desk.verifying.value === verifying) close();
  }
  return (
    <FormDialog
      open={row !== null}
      title={`Verify ${row?.what ?? ""}`}
      testId="look-dialog"
      class="verify-form"
      asking={desk}
      send={{ words: "It counts from now on", testId: "look-save" }}
      ready={ready}
      onSend={send}
      onClose={close}
    >
      {verifying !== null && <Fields verifying={verifying} seen={seen} />}
    </FormDialog>
  );
}

function Fields(props: { verifying: Verifying; seen: Signal<Seen> }): JSX.Element {
  const { seen } = props;
  const { of: file, row } = props.verifying;
  const held = isLicence(row) ? file.authorities.find((one) => one.id === row.id) : undefined;
  const set = (part: Partial<Seen>): void => {
    seen.value = { ...seen.value, ...part };
  };
  return (
    <>
      <Field
        label="Who looked"
        name="checked-by"
        maxLength={120}
        required
        testId="look-who"
        value={seen.value.who}
        onValue={(who) => set({ who })}
      />
      <Field
        label="At which primary source"
        name="source"
        help="For example the board's register, or the list itself."
        maxLength={200}
        required
        testId="look-source"
        value={seen.value.source}
        onValue={(source) => set({ source })}
      />
      <PaperField
        papers={file.documents}
        value={seen.value.paper}
        onValue={(paper) => set({ paper })}
      />
      {isLicence(row) && file.profession === "NP" && (
        <SelectField
          label="What the source says of practising alone"
          name="alone"
          testId="look-alone"
          value={seen.value.alone}
          options={alone(held?.independent === true)}
          onValue={(alone) => set({ alone })}
        />
      )}
    </>
  );
}

function isLicence(row: PartRow): boolean {
  return row.kind === "authorities";
}

/** Where it is sent, and as what. */
function whatIsSent(row: PartRow, seen: Seen): [string, EvidenceForm | VerifyForm] {
  const evidence: EvidenceForm = {
    checked_by: seen.who.trim(),
    source: seen.source.trim(),
    document_id: seen.paper === "" ? null : seen.paper,
  };
  if (!isLicence(row)) return [`parts/${row.kind}/${row.id}/verify`, evidence];
  const independent = seen.alone === "" ? null : seen.alone === "yes";
  return [`authorities/${row.id}/verify`, { ...evidence, independent }];
}
