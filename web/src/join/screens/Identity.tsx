// Who the patient is, how to reach them, and whom to call in an emergency.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { isoDay } from "../../shared/format";
import { type Language, language, setLanguage, t } from "../../shared/i18n";
import type { IdentityFormInput, JoinStateView } from "../../shared/protocol/types";
import { Field, SelectField, type TextFieldProps } from "../../shared/ui/Field";
import { wrongIdentity } from "../forms";
import { type ScreenProps, Step } from "../Step";
import type { JoinSession } from "../session";

type TextName = Exclude<keyof IdentityFormInput, "language">;
type Extra = Omit<
  TextFieldProps,
  "label" | "name" | "value" | "onValue" | "error" | "testId"
> & {
  readonly testId: string;
};

const FIELDS: Readonly<Record<TextName, Extra>> = {
  legal_name: {
    testId: "identity-name",
    autocomplete: "name",
    maxLength: 120,
    help: "identity.nameHelp",
  },
  birth_date: { testId: "identity-birthdate", type: "date", autocomplete: "bday" },
  phone: {
    testId: "identity-phone",
    type: "tel",
    autocomplete: "tel",
    help: "identity.phoneHelp",
  },
  email: { testId: "identity-email", type: "email", autocomplete: "email" },
  emergency_name: { testId: "identity-emergency-name", maxLength: 120 },
  emergency_phone: { testId: "identity-emergency-phone", type: "tel" },
};

export function Identity({ session, view }: ScreenProps): JSX.Element {
  const form = useSignal<IdentityFormInput>(view.identity ?? blank(session, view));
  const looked = useSignal(false);
  const wrong = wrongIdentity(form.value, isoDay(new Date()));

  function save(): void {
    looked.value = true;
    if (Object.keys(wrong).length === 0) {
      void session.putIdentity(trimmed({ ...form.value, language: language.value }));
    }
  }
  function text(name: TextName): JSX.Element {
    const key = wrong[name];
    const { testId, help, ...extra } = FIELDS[name];
    return (
      <Field
        {...extra}
        {...(help === undefined ? {} : { help: t(help) })}
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
    <Step session={session} title={t("identity.title")} lead={t("identity.lead")} onNext={save}>
      {text("legal_name")}
      {text("birth_date")}
      {text("phone")}
      {text("email")}
      <h2>{t("identity.emergency")}</h2>
      {text("emergency_name")}
      {text("emergency_phone")}
      <LanguageField />
    </Step>
  );
}

function LanguageField(): JSX.Element {
  return (
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
  );
}

function blank(session: JoinSession, view: JoinStateView): IdentityFormInput {
  return {
    legal_name: view.suggested_name,
    birth_date: session.birthDate,
    phone: "",
    email: "",
    emergency_name: "",
    emergency_phone: "",
    language: language.value,
  };
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
