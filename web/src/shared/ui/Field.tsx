// A labelled input, select or text area with its help and its error tied to it.

import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

export interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly help?: string;
  readonly error?: string | null;
  readonly testId?: string;
  readonly required?: boolean;
  readonly disabled?: boolean;
}

export interface TextFieldProps extends FieldProps {
  readonly type?: "text" | "password" | "date" | "tel" | "email" | "number" | "search" | "time";
  readonly autocomplete?: string;
  readonly inputMode?: "text" | "numeric" | "decimal" | "tel" | "email" | "search";
  readonly maxLength?: number;
  readonly min?: string;
  readonly max?: string;
  readonly pattern?: string;
  readonly placeholder?: string;
  readonly autocapitalize?: "none" | "words" | "characters" | "sentences";
  readonly spellcheck?: boolean;
}

export function Field(props: TextFieldProps): JSX.Element {
  const { label, help, error, onValue, testId, type, ...rest } = props;
  return (
    <Labelled label={label} help={help} error={error}>
      {(ids) => (
        <input
          {...rest}
          {...ids}
          type={(type ?? "text") as "text"}
          data-testid={testId}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Labelled>
  );
}

export interface SelectFieldProps extends FieldProps {
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly autocomplete?: string;
}

export function SelectField(props: SelectFieldProps): JSX.Element {
  const { label, help, error, onValue, testId, options, ...rest } = props;
  return (
    <Labelled label={label} help={help} error={error}>
      {(ids) => (
        <select
          {...rest}
          {...ids}
          data-testid={testId}
          onChange={(event) => onValue(event.currentTarget.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

export interface AreaFieldProps extends FieldProps {
  readonly rows?: number;
  readonly maxLength?: number;
  readonly placeholder?: string;
}

export function AreaField(props: AreaFieldProps): JSX.Element {
  const { label, help, error, onValue, testId, ...rest } = props;
  return (
    <Labelled label={label} help={help} error={error}>
      {(ids) => (
        <textarea
          rows={3}
          {...rest}
          {...ids}
          data-testid={testId}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Labelled>
  );
}

interface Ids {
  readonly id: string;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: "true";
}

function Labelled(props: {
  label: string;
  help: string | undefined;
  error: string | null | undefined;
  children: (ids: Ids) => ComponentChildren;
}): JSX.Element {
  const id = useId();
  const help = props.help ?? "";
  const error = props.error ?? "";
  const described = [help === "" ? "" : `${id}-help`, error === "" ? "" : `${id}-error`]
    .filter((each) => each !== "")
    .join(" ");
  const ids: Ids = {
    id,
    ...(described === "" ? {} : { "aria-describedby": described }),
    ...(error === "" ? {} : { "aria-invalid": "true" }),
  };
  return (
    <div class="gf-field">
      <label for={id}>{props.label}</label>
      {props.children(ids)}
      {help !== "" && <small id={`${id}-help`}>{help}</small>}
      {error !== "" && (
        <small id={`${id}-error`} class="gf-field-error">
          {error}
        </small>
      )}
    </div>
  );
}
