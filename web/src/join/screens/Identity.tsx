// Who the patient is, how to reach them, and whom to call in an emergency.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { isoDay } from "../../shared/format";
import { type Language, language, setLanguage, t } from "../../shared/i18n";
import type { IdentityFormInput } from "../../shared/protocol/types";
import { Field, SelectField, type TextFieldProps } from "../../shared/ui/Field";
import { wrongIdentity } from "../forms";
import { type ScreenProps, Step } from "../Step";

type TextName = Exclude<keyof IdentityFormInput, "language">;
type Extra = Omit<TextFieldProps, "label" | "name" | "value" | "onValue" | "error">;

export function Identity({ session, view }: ScreenProps): JSX.Element {
  const form = useSignal<IdentityFormInput>(
    view.identity ?? {
      legal_name: view.suggested_name,
      birth_date: session.birthDate,
      phone: "",
      email: "",
      emergency_name: "",
      emergency_phone: "",
      language: language.value,
    },
  );
  const looked = useSignal(false);
  const wrong = wrongIdentity(form.value, isoDay(new Date()));

  function text(name: TextName, testId: string, extra: Extra): JSX.Element {
    const key = wrong[name];
    return (
      <Field
        {...extra}
        autocomplete={view.kiosk ? "off" : (extra.autocomplete ?? "off")}
        label={t(`identity.${name}`)}
        name={name}
        testId={testId}
        value={form.value[name] ?? ""}
        error={looked.value && key !== undefined ? t(`wrong.${key}`) : null}
        onValue={(value) => {
          form.value = { ...form.value, [name]: value };
        }}
      />
    );
  }

  return (
    <Step
      session={session}
      title={t("identity.title")}
      lead={t("identity.lead")}
      onNext={() => {
        looked.value = true;
        if (Object.keys(wrong).length === 0) {
          void session.putIdentity(trimmed({ ...form.value, language: language.value }));
        }
      }}
    >
      {text("legal_name", "identity-name", {
        autocomplete: "name",
        maxLength: 120,
        help: t("identity.nameHelp"),
      })}
      {text("birth_date", "identity-birthdate", { type: "date", autocomplete: "bday" })}
      {text("phone", "identity-phone", {
        type: "tel",
        autocomplete: "tel",
        help: t("identity.phoneHelp"),
      })}
      {text("email", "identity-email", { type: "email", autocomplete: "email" })}
      <h2>{t("identity.emergency")}</h2>
      {text("emergency_name", "identity-emergency-name", { maxLength: 120 })}
      {text("emergency_phone", "identity-emergency-phone", { type: "tel" })}
      <SelectField
        label={t("identity.language")}
        name="language"
        testId="identity-language"
        value={language.value}
        options={[
          { value: "en", label: "English" },
          { value: "es", label: "Español" },
        ]}
        onValue={(value) => setLanguage(value as Language)}
      />
    </Step>
  );
}

function trimmed(form: IdentityFormInput): IdentityFormInput {
  return {
    ...form,
    legal_name: form.legal_name.trim(),
    phone: form.phone.trim(),
    email: (form.email ?? "").trim(),
    emergency_name: form.emergency_name.trim(),
    emergency_phone: form.emergency_phone.trim(),
  };
}
