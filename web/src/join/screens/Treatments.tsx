// What the patient wants to be examined for: cards to tick, with a product where it is known.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { language, t } from "../../shared/i18n";
import type { TreatmentOptionView, TreatmentRefInput } from "../../shared/protocol/types";
import { productName } from "../../shared/treatments";
import { SelectField } from "../../shared/ui/Field";
import { Notice } from "../../shared/ui/Notice";
import { chooseProduct, toggleTreatment } from "../forms";
import { type ScreenProps, Step } from "../Step";

const TREATMENTS_MAX = 8;

export function Treatments({ session, view }: ScreenProps): JSX.Element {
  const chosen = useSignal<readonly TreatmentRefInput[]>(view.treatments);
  const looked = useSignal(false);
  const count = chosen.value.length;
  const wrong = count === 0 ? "none" : count > TREATMENTS_MAX ? "many" : null;
  return (
    <Step
      session={session}
      title={t("treatments.title")}
      lead={t(view.treatments.length > 0 ? "treatments.leadChosen" : "treatments.lead")}
      onNext={() => {
        looked.value = true;
        if (wrong === null) {
          void session.putTreatments(chosen.value);
        }
      }}
    >
      {looked.value && wrong !== null && (
        <Notice tone="error" live="assertive">
          <p>{t(`treatments.${wrong}`)}</p>
        </Notice>
      )}
      <fieldset class="join-cards">
        <legend class="visually-hidden">{t("treatments.title")}</legend>
        {view.treatment_options.map((option) => (
          <Card
            key={option.treatment_class}
            option={option}
            chosen={chosen.value.find(
              (each) => each.treatment_class === option.treatment_class,
            )}
            onToggle={() => {
              chosen.value = toggleTreatment(chosen.value, option.treatment_class);
            }}
            onProduct={(product) => {
              chosen.value = chooseProduct(chosen.value, option.treatment_class, product);
            }}
          />
        ))}
      </fieldset>
    </Step>
  );
}

function Card(props: {
  option: TreatmentOptionView;
  chosen: TreatmentRefInput | undefined;
  onToggle: () => void;
  onProduct: (product: string) => void;
}): JSX.Element {
  const { option, chosen } = props;
  const label = language.value === "es" ? option.label_es : option.label_en;
  return (
    <div class="join-card-group">
      <label class="join-card">
        <input
          type="checkbox"
          name="treatment"
          value={option.treatment_class}
          data-testid={`treatment-${option.treatment_class}`}
          checked={chosen !== undefined}
          onChange={props.onToggle}
        />
        <span>{label}</span>
      </label>
      {chosen !== undefined && option.products.length > 0 && (
        <SelectField
          label={t("treatments.product")}
          name={`product-${option.treatment_class}`}
          testId={`product-${option.treatment_class}`}
          value={chosen.product ?? ""}
          options={[
            { value: "", label: t("treatments.unknownProduct") },
            ...option.products.map((value) => ({ value, label: productName(value) })),
          ]}
          onValue={props.onProduct}
        />
      )}
    </div>
  );
}
