// For a patient under 18: who answers for them. The guardian is there for the whole exam.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { isoDay } from "../../shared/format";
import { t } from "../../shared/i18n";
import type { GuardianForm } from "../../shared/protocol/types";
import { Field, SelectField } from "../../shared/ui/Field";
import { isBirthDate, isPhone } from "../forms";
import { putGuardian } from "../gates";
import { type ScreenProps, Step } from "../Step";

type Draft = Omit<GuardianForm, "present"> & { readonly present: boolean };

const BLANK: Draft = {
  legal_name: "",
  birth_date: "",
  relationship: "parent",
  phone: "",
  present: false,
};

export function Guardian({ session, view }: ScreenProps): JSX.Element {
  const form = useSignal<Draft>(view.guardian ?? BLANK);
  const looked = useSignal(false);
  const { legal_name, birth_date, relationship, phone, present } = form.value;
  const wrong = {
    legal_name: legal_name.trim() === "" ? "name" : null,
    birth_date: isBirthDate(birth_date, isoDay(new Date())) ? null : "birthDate",
    phone: isPhone(phone) ? null : "phone",
    present: present ? null : "present",
  };
  const change = (part: Partial<Draft>): void => {
    form.value = { ...form.value, ...part };
  };
  const error = (name: keyof typeof wrong): string | null =>
    looked.value && wrong[name] !== null ? t(`wrong.${wrong[name]}`) : null;
  const autocomplete = "off";
  return (
    <Step
      session={session}
      title={t("guardian.title")}
      lead={t("guardian.lead")}
      onNext={() => {
        looked.value = true;
        if (Object.values(wrong).every((each) => each === null)) {
          void putGuardian(session, {
            ...form.value,
            legal_name: legal_name.trim(),
            phone: phone.trim(),
            present: true,
          });
        }
      }}
    >
      <Field
        label={t("guardian.name")}
        name="guardian_name"
        testId="guardian-name"
        autocomplete={autocomplete}
        maxLength={120}
        help={t("identity.nameHelp")}
        value={legal_name}
        error={error("legal_name")}
        onValue={(value) => change({ legal_name: value })}
      />
      <Field
        label={t("guardian.birthDate")}
        name="guardian_birth_date"
        type="date"
        testId="guardian-birthdate"
        autocomplete={autocomplete}
        value={birth_date}
        error={error("birth_date")}
        onValue={(value) => change({ birth_date: value })}
      />
      <SelectField
        label={t("guardian.relationship")}
        name="guardian_relationship"
        testId="guardian-relationship"
        value={relationship}
        options={(["parent", "legal_guardian"] as const).map((value) => ({
          value,
          label: t(`guardian.${value}`),
        }))}
        onValue={(value) => change({ relationship: value as Draft["relationship"] })}
      />
      <Field
        label={t("guardian.phone")}
        name="guardian_phone"
        type="tel"
        testId="guardian-phone"
        autocomplete={autocomplete}
        value={phone}
        error={error("phone")}
        onValue={(value) => change({ phone: value })}
      />
      <Present
        checked={present}
        error={error("present")}
        onChange={(value) => change({ present: value })}
      />
    </Step>
  );
}

function Present(props: {
  checked: boolean;
  error: string | null;
  onChange: (checked: boolean) => void;
}): JSX.Element {
  const { checked, error, onChange } = props;
  return (
    <div class="gf-field">
      <label class="gf-check">
        <input
          type="checkbox"
          name="present"
          data-testid="guardian-present"
          checked={checked}
          aria-invalid={error === null ? undefined : "true"}
          aria-describedby={error === null ? undefined : "present-error"}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        <span>{t("guardian.present")}</span>
      </label>
      {error !== null && (
        <small class="gf-field-error" id="present-error">
          {error}
        </small>
      )}
    </div>
  );
}
