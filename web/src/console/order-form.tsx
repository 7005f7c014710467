// The order of one treatment: what the site's protocol lets one order, confirmed as it is or
// narrowed for this patient. One key confirms it, one opens what can be taken away.

import type { JSX } from "preact";
import { calendarDay } from "../shared/format";
import { PERFORMER_WORDS, toggled } from "../shared/performers";
import type { OrderItem, OrderProposalView } from "../shared/protocol/types";
import { productName } from "../shared/treatments";
import { AreaField } from "../shared/ui/Field";
import { Ticks } from "../shared/ui/Ticks";
import {
  faultsOf,
  INSTRUCTIONS_MAX,
  type OrderDraft,
  orderWords,
  withConfirmed,
} from "./order";
import { singleKeys } from "./settings";

type Change = (order: OrderDraft) => void;

interface FormProps {
  readonly id: string;
  readonly draft: OrderDraft;
  readonly proposal: OrderProposalView;
  readonly onChange: Change;
}

export function OrderForm(props: {
  id: string;
  draft: OrderDraft;
  onChange: Change;
}): JSX.Element | null {
  const { id, draft, onChange } = props;
  const { proposal } = draft;
  if (proposal === null) return null;
  const form: FormProps = { id, draft, proposal, onChange };
  return (
    <fieldset class="order" id={id}>
      <legend>Order</legend>
      <p class="order-words" data-testid={`${id}-words`}>
        {orderWords(draft)}
      </p>
      <Confirm {...form} />
      <details id={`${id}-narrow`} class="order-narrow">
        <summary data-testid={`${id}-narrow`}>
          Narrow for this patient
          {singleKeys.value && <KeyHint name="e" />}
        </summary>
        <Narrowing {...form} />
      </details>
      <p class="gf-small gf-muted">
        Protocol version {proposal.order.protocol_version}, signed by {proposal.director_name},
        until {calendarDay(proposal.valid_until)}.
        {proposal.conditions.length > 0 && ` Required: ${proposal.conditions.join("; ")}.`}
      </p>
    </fieldset>
  );
}

function Confirm(props: FormProps): JSX.Element {
  const { id, draft, onChange } = props;
  const faults = faultsOf(draft);
  return (
    <>
      <label class="gf-check order-confirm" data-on={draft.confirmed && faults.length === 0}>
        <input
          id={`${id}-confirm`}
          type="checkbox"
          data-testid={`${id}-confirm`}
          checked={draft.confirmed && faults.length === 0}
          disabled={faults.length > 0}
          aria-describedby={faults.length > 0 ? `${id}-faults` : undefined}
          onChange={(event) => onChange(withConfirmed(draft, event.currentTarget.checked))}
        />
        <span>This is my order for this patient</span>
        {singleKeys.value && <KeyHint name="o" />}
      </label>
      {faults.length > 0 && (
        <p id={`${id}-faults`} class="problem" role="status">
          {faults
            .map((each) =>
              each.part === "dose" ? `${productName(each.product)}: ${each.words}` : each.words,
            )
            .join(" ")}
        </p>
      )}
    </>
  );
}

function KeyHint(props: { name: string }): JSX.Element {
  return (
    <span class="key" aria-hidden="true">
      {props.name}
    </span>
  );
}

function Narrowing(props: FormProps): JSX.Element {
  const { id, draft, proposal, onChange } = props;
  const { areas, performers } = proposal.order;
  return (
    <div class="order-parts">
      <Products {...props} />
      {areas.length > 0 && (
        <Ticks
          legend="Areas"
          testId={`${id}-area`}
          all={areas.map((area) => ({ value: area, label: area }))}
          chosen={draft.areas}
          onToggle={(area) => onChange({ ...draft, areas: toggled(draft.areas, area) })}
        />
      )}
      <Ticks
        legend="May be performed by"
        testId={`${id}-performer`}
        all={performers.map((role) => ({ value: role, label: PERFORMER_WORDS[role] }))}
        chosen={draft.performers}
        onToggle={(role) => onChange({ ...draft, performers: toggled(draft.performers, role) })}
      />
      <AreaField
        label="Instructions or limits (they cannot widen the order)"
        name={`${id}-instructions`}
        testId={`${id}-instructions`}
        rows={2}
        maxLength={INSTRUCTIONS_MAX}
        value={draft.instructions}
        onValue={(instructions) => onChange({ ...draft, instructions })}
      />
    </div>
  );
}

function Products(props: FormProps): JSX.Element {
  const { proposal } = props;
  return (
    <fieldset class="ticks">
      <legend>Products, and the most in one session</legend>
      {proposal.order.items.map((item) => (
        <Product key={item.product} {...props} item={item} />
      ))}
    </fieldset>
  );
}

function Product(props: FormProps & { item: OrderItem }): JSX.Element {
  const { id, draft, onChange, item } = props;
  const chosen = draft.products.includes(item.product);
  const name = productName(item.product);
  const fault = faultsOf(draft).find(
    (each) => each.part === "dose" && each.product === item.product,
  );
  return (
    <div class="order-product">
      <label class="gf-check">
        <input
          type="checkbox"
          data-testid={`${id}-product-${item.product}`}
          checked={chosen}
          onChange={() =>
            onChange({ ...draft, products: toggled(draft.products, item.product) })
          }
        />
        <span>{name}</span>
      </label>
      {item.dose_max !== null && chosen && (
        <label class="order-dose">
          <span>up to</span>
          <input
            type="text"
            inputMode="decimal"
            data-testid={`${id}-dose-${item.product}`}
            aria-label={`Most ${item.dose_max.unit} of ${name}, at most ${item.dose_max.value}`}
            aria-invalid={fault === undefined ? undefined : "true"}
            maxLength={11}
            value={draft.doses[item.product] ?? ""}
            onInput={(event) =>
              onChange({
                ...draft,
                doses: { ...draft.doses, [item.product]: event.currentTarget.value },
              })
            }
          />
          <span class="gf-muted">
            of {item.dose_max.value} {item.dose_max.unit}
          </span>
        </label>
      )}
      {draft.products.length > 1 && (
        <button
          type="button"
          class="quiet order-only"
          data-testid={`${id}-only-${item.product}`}
          aria-label={`Only this: ${name}`}
          onClick={() => onChange({ ...draft, products: [item.product] })}
        >
          Only this
        </button>
      )}
    </div>
  );
}
