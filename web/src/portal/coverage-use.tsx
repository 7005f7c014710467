// A treatment that was given is recorded as it was, with what of it lies outside the exam.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { type ApiError, api, asApiError } from "../shared/http";
import { requestIds } from "../shared/ids";
import type { CoverView, UseView } from "../shared/protocol/types";
import { productName } from "../shared/treatments";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { Field, SelectField } from "../shared/ui/Field";
import { Notice } from "../shared/ui/Notice";
import { type Credential, type Given, givenFault, useOf } from "./coverage";
import { CredentialField } from "./coverage-fields";

interface UseProps {
  readonly cover: CoverView;
  readonly credential: Credential | "";
  readonly products: readonly string[];
}

export function UseRecord(props: UseProps): JSX.Element {
  const { cover, credential, products } = props;
  const given = useSignal<Given>({
    performer: "",
    credential,
    product: "",
    dose: "",
    unit: "units",
    area: "",
    lot: "",
    at: wallTime(new Date()),
  });
  const fault = useSignal("");
  const error = useSignal<ApiError | null>(null);
  const kept = useSignal<UseView | null>(null);
  const idOf = useMemo(() => requestIds(), []);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    fault.value = givenFault(given.value) ?? "";
    if (fault.value !== "") return;
    const path = `/api/v1/authorizations/${cover.authorization_id}/uses`;
    try {
      kept.value = await api<UseView>("POST", path, useOf(given.value, idOf(given.value)));
    } catch (thrown) {
      error.value = asApiError(thrown);
    }
  }

  if (kept.value !== null) return <Kept use={kept.value} />;
  return (
    <form class="coverage-check" onSubmit={submit} noValidate data-testid="coverage-use">
      <h3>Treatment given</h3>
      <UseFields
        given={given.value}
        products={products}
        edit={(change) => (given.value = { ...given.value, ...change })}
      />
      <ErrorBox error={error.value} />
      <p class="gf-field-error" role="alert">
        {fault.value}
      </p>
      <button type="submit" data-testid="use-submit">
        Record it
      </button>
    </form>
  );
}

function UseFields(props: {
  given: Given;
  products: readonly string[];
  edit: (change: Partial<Given>) => void;
}): JSX.Element {
  const { given, products, edit } = props;
  const text = (label: string, name: "performer" | "dose" | "unit" | "area" | "lot") => (
    <Field
      label={label}
      name={`use-${name}`}
      testId={`use-${name}`}
      maxLength={120}
      autocomplete="off"
      value={given[name]}
      onValue={(value) => edit({ [name]: value })}
    />
  );
  return (
    <div class="exam-patient">
      {text("Performed by", "performer")}
      <CredentialField
        label="Credential"
        testId="use-credential"
        value={given.credential}
        onValue={(credential) => edit({ credential })}
      />
      {products.length > 0 && (
        <SelectField
          label="Product"
          name="use-product"
          testId="use-product"
          value={given.product}
          options={[
            { value: "", label: "Choose" },
            ...products.map((one) => ({ value: one, label: productName(one) })),
          ]}
          onValue={(product) => edit({ product })}
        />
      )}
      {text("Dose", "dose")}
      {text("Unit", "unit")}
      {text("Area", "area")}
      {text("Lot", "lot")}
      <label class="gf-field">
        <span>When</span>
        <input
          type="datetime-local"
          data-testid="use-at"
          value={given.at}
          onInput={(event) => edit({ at: event.currentTarget.value })}
        />
      </label>
    </div>
  );
}

function Kept(props: { use: UseView }): JSX.Element {
  const { flags } = props.use;
  return (
    <Notice tone={flags.length === 0 ? "info" : "warn"} live="polite">
      <p data-testid="use-kept">
        <strong>Recorded.</strong>{" "}
        {flags.length === 0 ? "It lies within the exam." : "It is flagged:"}
      </p>
      {flags.length > 0 && (
        <ul>
          {flags.map((flag) => (
            <li key={flag.code} data-flag={flag.code}>
              {flag.text}
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
}

/** Local wall time of a moment, to the minute, as an input of that type wants it. */
function wallTime(moment: Date): string {
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
