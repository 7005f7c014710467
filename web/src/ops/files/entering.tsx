// What compliance enters into a file: one form for each kind of part. What is missing is one
// press away.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { PartForm } from "../../shared/files/part-form";
import { ENTERED, type EnteredKind, formOf } from "../../shared/files/part-forms";
import { lacking } from "../../shared/files/words";
import type { PractitionerFileView } from "../../shared/protocol/types";
import { SelectField } from "../../shared/ui/Field";
import { physiciansFor } from "./choosing";
import type { FilesDesk } from "./desk";

const FIELD = "form :is(input, select)";
const KINDS = Object.keys(ENTERED) as readonly EnteredKind[];

export function Entering(props: { desk: FilesDesk; file: PractitionerFileView }): JSX.Element {
  const { desk, file } = props;
  const kind = useSignal<EnteredKind>(lacking(file)[0] ?? "exclusion-checks");
  const place = useRef<HTMLElement>(null);
  return (
    <section ref={place} aria-labelledby="entering" data-testid="entering">
      <h3 id="entering">Enter something</h3>
      <Lacking
        file={file}
        kind={kind}
        onChosen={() => place.current?.querySelector<HTMLElement>(FIELD)?.focus()}
      />
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
        papers={file.documents}
        physicians={physiciansFor(file, desk.list.value)}
        wrong={desk.error.value?.fields ?? []}
        busy={desk.busy.value}
        onSend={(values) => {
          const { label } = ENTERED[kind.value];
          const next = kind.value === "authorities" ? ". It counts once it is verified" : "";
          const form = formOf(kind.value, values, true);
          return desk.change(file, "POST", kind.value, form, `${label}: entered${next}`);
        }}
      />
    </section>
  );
}

/** What the file lacks that can be entered, each with a button. */
function Lacking(props: {
  file: PractitionerFileView;
  kind: Signal<EnteredKind>;
  onChosen: () => void;
}): JSX.Element | null {
  const { file, kind, onChosen } = props;
  const kinds = lacking(file);
  if (kinds.length === 0) return null;
  return (
    <div class="gf-row file-lacking">
      <span>Missing:</span>
      {kinds.map((one) => (
        <button
          key={one}
          type="button"
          class="secondary"
          aria-pressed={kind.value === one}
          data-testid={`lacking-${one}`}
          onClick={() => {
            kind.value = one;
            // The form of the other kind is there at the next frame.
            requestAnimationFrame(onChosen);
          }}
        >
          {ENTERED[one].label}
        </button>
      ))}
    </div>
  );
}
