// One search box: a name, a date of birth, a treatment; the answer in plain words.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { isoDay } from "../shared/format";
import { type ApiError, api, asApiError } from "../shared/http";
import { randomId } from "../shared/ids";
import type {
  AuthorizationAnswerView,
  PortalHomeView,
  SameDayForm,
} from "../shared/protocol/types";
import { Dialog } from "../shared/ui/Dialog";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { Field, SelectField } from "../shared/ui/Field";
import { type Asked, faultsOf, queryOf } from "./coverage";
import { CoverageAnswer } from "./coverage-answer";
import { CredentialField } from "./coverage-fields";
import type { PortalDesk } from "./desk";

export function CoverageDialog(props: {
  open: Signal<boolean>;
  desk: PortalDesk;
}): JSX.Element {
  const { open, desk } = props;
  const home = desk.home.value;
  return (
    <Dialog
      open={open.value}
      title="Covered by a valid exam?"
      onClose={() => (open.value = false)}
      testId="coverage-dialog"
      actions={
        <button type="button" class="secondary" onClick={() => (open.value = false)}>
          Close
        </button>
      }
    >
      {home !== null && <Coverage home={home} />}
    </Dialog>
  );
}

function Coverage(props: { home: PortalHomeView }): JSX.Element {
  const { home } = props;
  const asked = useSignal<Asked>({
    name: "",
    birthDate: "",
    treatmentClass: "",
    siteId: home.sites[0]?.site_id ?? "",
    credential: "",
  });
  const answer = useSignal<AuthorizationAnswerView | null>(null);
  const error = useSignal<ApiError | null>(null);
  const busy = useSignal(false);
  const tried = useSignal(false);

  // Another question has no answer yet: the old one must not stand beside it.
  const edit = (change: Partial<Asked>): void => {
    asked.value = { ...asked.value, ...change };
    answer.value = null;
  };

  async function ask(sameDay: SameDayForm | null): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    error.value = null;
    const query = queryOf(asked.value, randomId(), sameDay);
    try {
      answer.value = await api<AuthorizationAnswerView>(
        "POST",
        "/api/v1/authorizations/query",
        query,
      );
    } catch (thrown) {
      answer.value = null;
      error.value = asApiError(thrown);
    } finally {
      busy.value = false;
    }
  }

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    tried.value = true;
    if (Object.keys(faultsOf(asked.value)).length === 0) void ask(null);
  }

  return (
    <div class="coverage">
      <form class="exam-form" onSubmit={submit} noValidate>
        <Question home={home} asked={asked.value} tried={tried.value} edit={edit} />
        <button
          type="submit"
          class="coverage-ask"
          data-testid="coverage-ask"
          aria-busy={busy.value}
        >
          {busy.value ? "Looking" : "Look it up"}
        </button>
      </form>
      <ErrorBox error={error.value} />
      {answer.value !== null && (
        <CoverageAnswer
          key={answer.value.jws}
          answer={answer.value}
          credential={asked.value.credential}
          products={productsOf(home, answer.value.treatment_class)}
          onCheck={(check) => void ask(check)}
          onChanged={() => void ask(null)}
        />
      )}
    </div>
  );
}

function Question(props: {
  home: PortalHomeView;
  asked: Asked;
  tried: boolean;
  edit: (change: Partial<Asked>) => void;
}): JSX.Element {
  const { home, asked, tried, edit } = props;
  const faults = tried ? faultsOf(asked) : {};
  return (
    <div class="exam-patient">
      <Field
        label="Patient's legal name"
        name="coverage-name"
        testId="coverage-name"
        autocomplete="off"
        maxLength={120}
        value={asked.name}
        error={faults.name ?? null}
        onValue={(name) => edit({ name })}
      />
      <Field
        label="Date of birth"
        name="coverage-birth-date"
        type="date"
        testId="coverage-birthdate"
        autocomplete="off"
        min="1900-01-01"
        max={isoDay(new Date())}
        value={asked.birthDate}
        error={faults.birthDate ?? null}
        onValue={(birthDate) => edit({ birthDate })}
      />
      <SelectField
        label="Treatment"
        name="coverage-treatment"
        testId="coverage-treatment"
        value={asked.treatmentClass}
        error={faults.treatmentClass ?? null}
        options={[
          { value: "", label: "Choose" },
          ...home.treatment_options.map((one) => ({
            value: one.treatment_class,
            label: one.label_en,
          })),
        ]}
        onValue={(treatmentClass) => edit({ treatmentClass })}
      />
      <CredentialField
        label="Who will perform it"
        testId="coverage-credential"
        value={asked.credential}
        onValue={(credential) => edit({ credential })}
      />
      {home.sites.length > 1 && (
        <SelectField
          label="Site"
          name="coverage-site"
          testId="coverage-site"
          value={asked.siteId}
          options={home.sites.map((site) => ({ value: site.site_id, label: site.name }))}
          onValue={(siteId) => edit({ siteId })}
        />
      )}
    </div>
  );
}

function productsOf(home: PortalHomeView, treatmentClass: string): readonly string[] {
  const option = home.treatment_options.find((one) => one.treatment_class === treatmentClass);
  return option?.products ?? [];
}
