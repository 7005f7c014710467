// One search box: a name, a date of birth, a treatment; the answer in plain words.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { isoDay } from "../shared/format";
import type { PortalHomeView } from "../shared/protocol/types";
import { Dialog } from "../shared/ui/Dialog";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { Field, SelectField } from "../shared/ui/Field";
import { Notice } from "../shared/ui/Notice";
import { type Asked, faultsOf } from "./coverage";
import { CoverageAnswer } from "./coverage-answer";
import { CoverageDesk } from "./coverage-desk";
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
  const [desk] = useState(() => new CoverageDesk(home.sites[0]?.site_id ?? ""));
  const tried = useSignal(false);
  const answer = desk.answer.value;
  const busy = desk.busy.value;

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    tried.value = true;
    if (Object.keys(faultsOf(desk.asked.value)).length === 0) void desk.lookUp();
  }

  return (
    <div class="coverage">
      <form class="exam-form" onSubmit={submit} noValidate>
        <Question
          home={home}
          asked={desk.asked.value}
          tried={tried.value}
          edit={(change) => desk.edit(change)}
        />
        <button type="submit" class="coverage-ask" data-testid="coverage-ask" aria-busy={busy}>
          {busy ? "Looking" : "Look it up"}
        </button>
      </form>
      <ErrorBox error={desk.error.value} />
      {desk.notKept.value !== "" && (
        <Notice tone="error" live="assertive" testId="coverage-not-kept">
          <p>
            The same-day check of {desk.notKept.value} was not kept. Look them up again, and
            answer it again.
          </p>
        </Notice>
      )}
      {answer !== null && (
        <CoverageAnswer
          key={answer.view.jws}
          answer={answer.view}
          credential={answer.asked.credential}
          products={productsOf(home, answer.view.treatment_class)}
          typed={desk.typed}
          onCheck={(check) => void desk.check(answer.asked, check)}
          onChanged={() => void desk.again(answer.asked)}
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
