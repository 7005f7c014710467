// The credential of whoever performs or confirms something, chosen from the closed list.

import type { JSX } from "preact";
import { SelectField } from "../shared/ui/Field";
import { CREDENTIALS, type Credential } from "./coverage";

export function CredentialField(props: {
  label: string;
  testId: string;
  value: Credential | "";
  onValue: (value: Credential | "") => void;
  among?: readonly Credential[];
}): JSX.Element {
  const { label, testId, value, onValue, among } = props;
  const all = Object.entries(CREDENTIALS) as [Credential, string][];
  return (
    <SelectField
      label={label}
      name={testId}
      testId={testId}
      value={value}
      options={[
        { value: "", label: "Choose" },
        ...all
          .filter(([one]) => among === undefined || among.includes(one))
          .map(([one, words]) => ({ value: one, label: words })),
      ]}
      onValue={(chosen) => onValue(chosen as Credential | "")}
    />
  );
}
