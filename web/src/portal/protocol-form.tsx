// Writing the next version of a protocol. It begins with what the last one says, and counts for
// nothing until the director has signed it.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { isoDay } from "../shared/format";
import { type ApiError, api, asApiError } from "../shared/http";
import { PERFORMER_WORDS, toggled } from "../shared/performers";
import type { PerformerRole, ProtocolsView } from "../shared/protocol/types";
import { productName } from "../shared/treatments";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { AreaField, Field, SelectField } from "../shared/ui/Field";
import { Ticks } from "../shared/ui/Ticks";
import {
  type DraftFaults,
  faultsOf,
  formOf,
  months,
  type ProductDraft,
  type ProtocolDraft,
} from "./protocols";

const LINES_MAX = 3_000;
const MONTHS = Array.from({ length: 12 }, (_, index) => ({
  value: String(index + 1),
  label: months(index + 1),
}));
const PERFORMERS = (Object.keys(PERFORMER_WORDS) as PerformerRole[]).map((role) => ({
  value: role,
  label: PERFORMER_WORDS[role],
}));

interface PartProps {
  readonly draft: ProtocolDraft;
  readonly faults: DraftFaults;
  readonly change: (more: Partial<ProtocolDraft>) => void;
}

export function ProtocolEditor(props: {
  first: ProtocolDraft;
  onDrafted: (view: ProtocolsView) => void;
  onCancel: () => void;
}): JSX.Element {
  const draft = useSignal(props.first);
  const faults = useSignal<DraftFaults>({});
  const error = useSignal<ApiError | null>(null);
  const busy = useSignal(false);
  const part: PartProps = {
    draft: draft.value,
    faults: faults.value,
    change: (more) => {
      draft.value = { ...draft.value, ...more };
    },
  };

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    faults.value = faultsOf(draft.value, isoDay(new Date()));
    if (Object.keys(faults.value).length > 0 || busy.value) return;
    busy.value = true;
    error.value = null;
    try {
      const form = formOf(draft.value);
      props.onDrafted(await api<ProtocolsView>("POST", "/api/v1/portal/protocols", form));
    } catch (thrown) {
      error.value = asApiError(thrown);
      busy.value = false;
    }
  }

  return (
    <form class="exam-form" noValidate onSubmit={(event) => void send(event)}>
      <ErrorBox error={error.value} />
      <Products {...part} />
      <Lists {...part} />
      <Term {...part} />
      <div class="gf-row">
        <button type="submit" data-testid="protocol-save" aria-busy={busy.value}>
          Keep as a draft
        </button>
        <button type="button" class="secondary" onClick={props.onCancel}>
          Back
        </button>
      </div>
    </form>
  );
}

function Products(props: PartProps): JSX.Element {
  const { draft, faults, change } = props;
  const set = (product: string, more: Partial<ProductDraft>): void => {
    const old = draft.products[product];
    if (old === undefined) return;
    change({ products: { ...draft.products, [product]: { ...old, ...more } } });
  };
  return (
    <fieldset class="ticks" aria-describedby={faults.products && "protocol-products-fault"}>
      <legend>Products, and the most in one session</legend>
      {Object.entries(draft.products).map(([product, each]) => (
        <div key={product} class="protocol-product">
          <label class="gf-check">
            <input
              type="checkbox"
              data-testid={`protocol-product-${product}`}
              checked={each.chosen}
              onChange={(event) => set(product, { chosen: event.currentTarget.checked })}
            />
            <span>{productName(product)}</span>
          </label>
          {each.chosen && (
            <span class="protocol-dose">
              <span>up to</span>
              <input
                type="text"
                inputMode="decimal"
                aria-label={`Most of ${productName(product)} in one session`}
                data-testid={`protocol-dose-${product}`}
                maxLength={11}
                value={each.value}
                onInput={(event) => set(product, { value: event.currentTarget.value })}
              />
              <input
                type="text"
                aria-label={`Unit for ${productName(product)}`}
                data-testid={`protocol-unit-${product}`}
                placeholder="unit"
                autocapitalize="none"
                maxLength={20}
                value={each.unit}
                onInput={(event) => set(product, { unit: event.currentTarget.value })}
              />
            </span>
          )}
        </div>
      ))}
      <Fault id="protocol-products-fault" text={faults.products} />
    </fieldset>
  );
}

function Lists(props: PartProps): JSX.Element {
  const { draft, faults, change } = props;
  return (
    <>
      <AreaField
        label="Areas, one a line"
        name="areas"
        testId="protocol-areas"
        maxLength={LINES_MAX}
        value={draft.areas}
        error={faults.areas ?? null}
        onValue={(areas) => change({ areas })}
      />
      <div>
        <Ticks
          legend="May be performed by"
          testId="protocol-performer"
          all={PERFORMERS}
          chosen={draft.performers}
          onToggle={(role) => change({ performers: toggled(draft.performers, role) })}
        />
        <Fault id="protocol-performers-fault" text={faults.performers} />
      </div>
      <AreaField
        label="Required every time, one a line"
        name="conditions"
        testId="protocol-conditions"
        maxLength={LINES_MAX}
        value={draft.conditions}
        error={faults.conditions ?? null}
        onValue={(conditions) => change({ conditions })}
      />
    </>
  );
}

function Term(props: PartProps): JSX.Element {
  const { draft, faults, change } = props;
  return (
    <div class="exam-patient">
      <Field
        label="First day"
        name="from"
        type="date"
        testId="protocol-from"
        value={draft.from}
        error={faults.from ?? null}
        onValue={(from) => change({ from })}
      />
      <Field
        label="Last day"
        name="until"
        type="date"
        testId="protocol-until"
        value={draft.until}
        error={faults.until ?? null}
        onValue={(until) => change({ until })}
      />
      <SelectField
        label="An order lasts at most"
        name="months"
        testId="protocol-months"
        options={MONTHS}
        value={String(draft.months)}
        onValue={(value) => change({ months: Number(value) })}
      />
    </div>
  );
}

function Fault(props: { id: string; text: string | undefined }): JSX.Element | null {
  if (props.text === undefined) return null;
  return (
    <p id={props.id} class="gf-field-error protocol-fault" role="alert">
      {props.text}
    </p>
  );
}
