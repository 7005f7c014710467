// "New exam": one screen, a name, a date, a tap on each treatment.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { isoDay } from "../shared/format";
import { type ApiError, api, asApiError } from "../shared/http";
import { randomId } from "../shared/ids";
import type { LinkView, PortalHomeView, TreatmentOptionView } from "../shared/protocol/types";
import { productName } from "../shared/treatments";
import { Dialog } from "../shared/ui/Dialog";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { Field, SelectField } from "../shared/ui/Field";
import { Notice } from "../shared/ui/Notice";
import type { PortalDesk } from "./desk";
import {
  type ExamForm,
  emptyForm,
  examOf,
  type Faults,
  faultsFrom,
  faultsOf,
  isUnsigned,
  toggled,
  unservedAt,
  withProduct,
} from "./exam-form";

export interface NewExamProps {
  readonly open: Signal<boolean>;
  readonly desk: PortalDesk;
  readonly onMade: (link: LinkView) => void;
}

export function NewExamDialog(props: NewExamProps): JSX.Element {
  const { open, desk, onMade } = props;
  const home = desk.home.value;
  const close = (): void => {
    open.value = false;
  };
  return (
    <Dialog open={open.value} title="New exam" onClose={close} testId="new-exam-dialog">
      {home !== null && <Form home={home} onMade={onMade} onClose={close} />}
    </Dialog>
  );
}

interface FormProps {
  readonly home: PortalHomeView;
  readonly onMade: (link: LinkView) => void;
  readonly onClose: () => void;
}

interface FormState {
  readonly form: ExamForm;
  readonly faults: Faults;
  readonly error: ApiError | null;
  readonly busy: boolean;
  readonly enter: (form: ExamForm) => void;
  readonly submit: (event: SubmitEvent) => Promise<void>;
}

function useExamForm({ home, onMade, onClose }: FormProps): FormState {
  // The dialog that is open when the answer comes may have another form in it.
  const gone = useRef(false);
  useEffect(
    () => () => {
      gone.current = true;
    },
    [],
  );
  const form = useSignal<ExamForm>(emptyForm(home.sites[0]?.site_id ?? ""));
  const faults = useSignal<Faults>({});
  const error = useSignal<ApiError | null>(null);
  const busy = useSignal(false);
  const tried = useSignal(false);
  // The same id for every attempt: a lost answer does not make a second exam.
  const requestId = useSignal(randomId());

  // Once sent, what is mended is no longer complained about.
  function enter(next: ExamForm): void {
    form.value = next;
    if (tried.value) faults.value = faultsOf(next, isoDay(new Date()));
  }

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (busy.value) return;
    tried.value = true;
    enter(form.value);
    error.value = null;
    if (Object.keys(faults.value).length > 0) {
      focusFirstFault(event.currentTarget as HTMLFormElement);
      return;
    }
    busy.value = true;
    try {
      const exam = examOf(form.value, requestId.value);
      const link = await api<LinkView>("POST", "/api/v1/portal/encounters", exam);
      if (!gone.current) onClose();
      onMade(link);
    } catch (thrown) {
      error.value = asApiError(thrown);
      faults.value = faultsFrom(error.value.fields);
    } finally {
      busy.value = false;
    }
  }

  return {
    form: form.value,
    faults: faults.value,
    error: error.value,
    busy: busy.value,
    enter,
    submit,
  };
}

function Form(props: FormProps): JSX.Element {
  const { home, onClose } = props;
  const { form, faults, error, busy, enter, submit } = useExamForm(props);
  const edit = (change: Partial<ExamForm>): void => enter({ ...form, ...change });
  return (
    <form class="exam-form" onSubmit={submit} noValidate>
      <ErrorBox error={error} />
      <Patient form={form} faults={faults} edit={edit} />
      <SelectField
        label="Site"
        name="site"
        testId="exam-site"
        value={form.siteId}
        error={faults.site ?? null}
        options={home.sites.map((site) => ({
          value: site.site_id,
          label: `${site.name}, ${site.city}, ${site.jurisdiction}`,
        }))}
        onValue={(siteId) => edit({ siteId })}
      />
      <Unserved home={home} form={form} />
      <Treatments
        options={home.treatment_options}
        form={form}
        fault={faults.treatments ?? null}
        onForm={enter}
      />
      <div class="gf-dialog-actions">
        <button type="button" class="secondary" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" data-testid="exam-submit" aria-busy={busy}>
          {busy ? "Making the link" : "Make the link"}
        </button>
      </div>
    </form>
  );
}

/** Says what is not to be had at the chosen site before anybody sends a link for it. */
function Unserved(props: { home: PortalHomeView; form: ExamForm }): JSX.Element | null {
  const { home, form } = props;
  const site = home.sites.find((one) => one.site_id === form.siteId);
  if (site === undefined) return null;
  const all = unservedAt(home, form.siteId);
  const chosen = Object.keys(form.treatments).filter((name) => all.has(name));
  if (all.size === 0) return null;
  const everything = home.treatment_options.every((one) => all.has(one.treatment_class));
  if (!everything && chosen.length === 0) return null;
  const names = home.treatment_options
    .filter((one) => chosen.includes(one.treatment_class))
    .map((one) => one.label_en);
  return (
    <Notice tone="warn" live="polite" testId="exam-unserved">
      <p>
        <strong>
          {everything
            ? `No exam is offered in ${site.jurisdiction} yet.`
            : `Not offered in ${site.jurisdiction}: ${names.join(", ")}.`}
        </strong>{" "}
        {isUnsigned(home, form.siteId, everything ? [...all] : chosen)
          ? "A clinician has not approved the health questions for it yet."
          : "A patient would go through the questions in vain."}{" "}
        Ask your network's compliance.
      </p>
    </Notice>
  );
}

function Patient(props: {
  form: ExamForm;
  faults: Faults;
  edit: (change: Partial<ExamForm>) => void;
}): JSX.Element {
  const { form, faults, edit } = props;
  return (
    <div class="exam-patient">
      <Field
        label="Patient's legal name"
        name="patient-name"
        testId="exam-name"
        autocomplete="off"
        maxLength={120}
        required
        value={form.name}
        error={faults.name ?? null}
        onValue={(name) => edit({ name })}
      />
      <Field
        label="Date of birth"
        name="patient-birth-date"
        type="date"
        testId="exam-birthdate"
        autocomplete="off"
        required
        min="1900-01-01"
        max={isoDay(new Date())}
        value={form.birthDate}
        error={faults.birthDate ?? null}
        onValue={(birthDate) => edit({ birthDate })}
      />
      <Field
        label="Phone (optional)"
        name="patient-phone"
        type="tel"
        testId="exam-phone"
        autocomplete="off"
        value={form.phone}
        error={faults.phone ?? null}
        onValue={(phone) => edit({ phone })}
      />
      <Field
        label="E-mail (optional)"
        name="patient-email"
        type="email"
        testId="exam-email"
        autocomplete="off"
        value={form.email}
        error={faults.email ?? null}
        onValue={(email) => edit({ email })}
      />
    </div>
  );
}

function Treatments(props: {
  options: readonly TreatmentOptionView[];
  form: ExamForm;
  fault: string | null;
  onForm: (form: ExamForm) => void;
}): JSX.Element {
  const { options, form, fault, onForm } = props;
  return (
    <fieldset class="exam-treatments" aria-describedby="treatments-fault">
      <legend>Treatments</legend>
      <p id="treatments-fault" class="gf-field-error" role="alert">
        {fault ?? ""}
      </p>
      <div class="cards">
        {options.map((option) => (
          <Card
            key={option.treatment_class}
            option={option}
            product={form.treatments[option.treatment_class]}
            onToggle={() => onForm(toggled(form, option.treatment_class))}
            onProduct={(product) => onForm(withProduct(form, option.treatment_class, product))}
          />
        ))}
      </div>
    </fieldset>
  );
}

function Card(props: {
  option: TreatmentOptionView;
  product: string | undefined;
  onToggle: () => void;
  onProduct: (product: string) => void;
}): JSX.Element {
  const { option, product, onToggle, onProduct } = props;
  const chosen = product !== undefined;
  return (
    <div class="card" data-on={chosen}>
      <label>
        <input
          type="checkbox"
          checked={chosen}
          data-testid={`exam-treatment-${option.treatment_class}`}
          onChange={onToggle}
        />
        <span>{option.label_en}</span>
      </label>
      {chosen && option.products.length > 0 && (
        <SelectField
          label="Product"
          name={`product-${option.treatment_class}`}
          value={product}
          options={[
            { value: "", label: "Not decided" },
            ...option.products.map((each) => ({ value: each, label: productName(each) })),
          ]}
          onValue={onProduct}
        />
      )}
    </div>
  );
}

function focusFirstFault(form: HTMLFormElement): void {
  requestAnimationFrame(() => {
    const bad = form.querySelector<HTMLElement>('[aria-invalid="true"]');
    (bad ?? form.querySelector<HTMLElement>(".card input"))?.focus();
  });
}
