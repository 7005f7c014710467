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
  missingOf,
  PAPER,
  type PartField,
  type Values,
} from "./part-forms";

export function PartForm(props: {
  kind: EnteredKind;
  /** Compliance says who looked; a claim has nothing of the kind. */
  evidence: boolean;
  /** Of the file, where one of them may be named as what was looked at. */
  papers?: readonly CredentialDocumentView[];
  busy: boolean;
  /** True when it was entered: the form begins anew. */
  onSend: (values: Values) => Promise<boolean>;
}): JSX.Element {
  const { kind, evidence, papers = [] } = props;
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
      {fieldsOf(kind, evidence).map((one) => (
        <Input
          key={one.name}
          kind={kind}
          one={one}
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

function Input(props: {
  kind: EnteredKind;
  one: PartField;
  value: string;
  onValue: (value: string) => void;
}): JSX.Element {
  const { kind, one, value, onValue } = props;
  const shared = {
    label: one.label,
    name: `${kind}-${one.name}`,
    testId: `${kind}-${one.name}`,
    value,
    onValue,
  };
  if (one.type === "choice") {
    const options = (one.choices ?? []).map(([word, label]) => ({ value: word, label }));
    return <SelectField {...shared} options={options} />;
  }
  return <Field {...shared} type={one.type} maxLength={200} />;
}
