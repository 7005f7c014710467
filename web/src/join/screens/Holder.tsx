// On a shared tablet: who is holding it. Help by staff is logged by name.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../shared/i18n";
import { Field } from "../../shared/ui/Field";
import { type ScreenProps, Step } from "../Step";

export function Holder({ session, view }: ScreenProps): JSX.Element {
  const holder = useSignal<"patient" | "staff">(view.holder ?? "patient");
  const name = useSignal("");
  const looked = useSignal(false);
  const missing = holder.value === "staff" && name.value.trim() === "";
  return (
    <Step
      session={session}
      title={t("holder.title")}
      lead={t("holder.lead")}
      onNext={() => {
        looked.value = true;
        if (!missing) {
          void session.putHolder(
            holder.value,
            holder.value === "staff" ? name.value.trim() : "",
          );
        }
      }}
    >
      <fieldset class="join-cards">
        <legend class="visually-hidden">{t("holder.title")}</legend>
        {(["patient", "staff"] as const).map((value) => (
          <label key={value} class="join-card">
            <input
              type="radio"
              name="holder"
              value={value}
              data-testid={`holder-${value}`}
              checked={holder.value === value}
              onChange={() => {
                holder.value = value;
              }}
            />
            <span>{t(`holder.${value}`)}</span>
          </label>
        ))}
      </fieldset>
      {holder.value === "staff" && (
        <Field
          label={t("holder.name")}
          name="staff_name"
          testId="holder-name"
          autocomplete="off"
          maxLength={120}
          value={name.value}
          error={looked.value && missing ? t("wrong.name") : null}
          onValue={(value) => {
            name.value = value;
          }}
        />
      )}
    </Step>
  );
}
