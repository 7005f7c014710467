// What compliance enters into a file: one form for each kind of part.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { PartForm } from "../../shared/files/part-form";
import { ENTERED, type EnteredKind, formOf } from "../../shared/files/part-forms";
import { SelectField } from "../../shared/ui/Field";
import type { FilesDesk } from "./desk";

const KINDS = Object.keys(ENTERED) as readonly EnteredKind[];

export function Entering(props: { desk: FilesDesk }): JSX.Element {
  const { desk } = props;
  const kind = useSignal<EnteredKind>("exclusion-checks");
  return (
    <details data-testid="entering">
      <summary>Enter something</summary>
      <SelectField
        label="What"
        name="part"
        testId="entering-kind"
        value={kind.value}
        options={KINDS.map((one) => ({ value: one, label: ENTERED[one].label }))}
        onValue={(value) => {
          kind.value = value as EnteredKind;
        }}
      />
      <PartForm
        key={kind.value}
        kind={kind.value}
        evidence={true}
        busy={desk.busy.value}
        onSend={(values) =>
          desk.change("POST", kind.value, formOf(kind.value, values, true), "Entered")
        }
      />
    </details>
  );
}
