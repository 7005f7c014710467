// A form for one kind of part, made of its fields.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { CredentialDocumentView } from "../protocol/types";
import { Field, SelectField } from "../ui/Field";
import {
  beginning,
  type EnteredKind,
  fieldsOf,
  mayNamePaper,
  mayNamePhysician,
  missingOf,
  PAPER,
  type PartField,
  PHYSICIAN,
  type Values,
} from "./part-forms";

/** A physician of the network, who may be named as the one who answers for somebody. */
export interface Physician {
  readonly id: string;
  /** "Avery Quinn, MD" */
  readonly name: string;
}

export function PartForm(props: {
  kind: EnteredKind;
  /** Compliance says who looked; a claim has nothing of the kind. */
  evidence: boolean;
  /** Of the file, where one of them may be named as what was looked at. */
  papers?: readonly CredentialDocumentView[];
  physicians?: readonly Physician[];
  /** Fields that the server refused. */
  wrong?: readonly string[];
  busy: boolean;
  /** True when it was entered: the form begins anew. */
  onSend: (values: Values) => Promise<boolean>;
}): JSX.Element {
  const { kind, evidence, papers = [], physicians = [], wrong = [] } = props;
  const values = useSignal<Values>(beginning(kind, new Date()));
  const missing = missingOf(kind, values.value, evidence);
  async function send(): Promise<void> {
    if (missing.length > 0 || props.busy) return;
    if (await props.onSend(values.value)) values.value = beginning(kind, new Date());
  }
  return (
    <form
      class="file-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {mayNamePhysician(kind) && (
        <PhysicianField
          physicians={physicians}
          wrong={wrong.includes(PHYSICIAN)}
          value={values.value[PHYSICIAN] ?? ""}
          onValue={(id) => {
            const name = physicians.find((one) => one.id === id)?.name ?? "";
            values.value = { ...values.value, [PHYSICIAN]: id, physician: name };
          }}
        />
      )}
      {fieldsOf(kind, evidence).map((one) => (
        <Input
          key={one.name}
          kind={kind}
          one={one}
          wrong={wrong.some((name) => name === one.name || name.endsWith(`.${one.name}`))}
          value={values.value[one.name] ?? ""}
          onValue={(value) => {
            values.value = { ...values.value, [one.name]: value };
          }}
        />
      ))}
      {evidence && mayNamePaper(kind) && (
        <PaperField
          papers={papers}
          value={values.value[PAPER] ?? ""}
          onValue={(paper) => {
            values.value = { ...values.value, [PAPER]: paper };
          }}
        />
      )}
      <button
        type="submit"
        data-testid={`${kind}-enter`}
        aria-disabled={missing.length > 0}
        aria-busy={props.busy}
      >
        Enter
      </button>
    </form>
  );
}

/** Which paper of the file was looked at; nothing where it has none. */
export function PaperField(props: {
  papers: readonly CredentialDocumentView[];
  value: string;
  onValue: (value: string) => void;
}): JSX.Element | null {
  if (props.papers.length === 0) return null;
  return (
    <SelectField
      label="Paper"
      name="paper"
      testId="paper"
      value={props.value}
      options={[
        { value: "", label: "None" },
        ...props.papers.map((one) => ({ value: one.id, label: one.name })),
      ]}
      onValue={props.onValue}
    />
  );
}

/** Which physician of the network it is, who then reads what is examined there. */
function PhysicianField(props: {
  physicians: readonly Physician[];
  wrong: boolean;
  value: string;
  onValue: (id: string) => void;
}): JSX.Element {
  return (
    <SelectField
      label="Which of our physicians"
      name="physician-id"
      testId={`collaborations-${PHYSICIAN}`}
      help="Who is chosen may read what is examined there until the last day."
      error={props.wrong ? "Choose another physician, or nobody." : null}
      value={props.value}
      options={[
        { value: "", label: "Nobody of this network" },
        ...props.physicians.map((one) => ({ value: one.id, label: one.name })),
      ]}
      onValue={props.onValue}
    />
  );
}

function Input(props: {
  kind: EnteredKind;
  one: PartField;
  wrong: boolean;
  value: string;
  onValue: (value: string) => void;
}): JSX.Element {
  const { kind, one, value, onValue } = props;
  const shared = {
    label: one.label,
    name: `${kind}-${one.name}`,
    testId: `${kind}-${one.name}`,
    error: props.wrong ? "This cannot be so. Mend it and enter it again." : null,
    value,
    onValue,
  };
  if (one.type === "choice") {
    const options = (one.choices ?? []).map(([word, label]) => ({ value: word, label }));
    return <SelectField {...shared} options={options} />;
  }
  return <Field {...shared} type={one.type} maxLength={200} />;
}
