// By video, or with photos: asked only where the rules could permit the second.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../shared/i18n";
import { Icon, type IconName } from "../../shared/ui/Icon";
import { type ScreenProps, Step } from "../Step";

type Modality = "live_video" | "store_and_forward";

const WAYS: readonly { readonly modality: Modality; readonly icon: IconName }[] = [
  { modality: "live_video", icon: "camera" },
  { modality: "store_and_forward", icon: "send" },
];

export function Way({ session, view }: ScreenProps): JSX.Element {
  const { forward } = view;
  const known = forward?.chosen === true ? modalityOf(forward.active) : null;
  const chosen = useSignal<Modality | null>(known);
  return (
    <Step
      session={session}
      title={t("way.title")}
      lead={t("way.lead")}
      disabled={chosen.value === null}
      onNext={() => {
        if (chosen.value !== null) {
          void session.forward.choose(chosen.value);
        }
      }}
    >
      <fieldset class="join-cards">
        <legend class="visually-hidden">{t("way.title")}</legend>
        {WAYS.map(({ modality, icon }) => (
          <label key={modality} class="join-card join-way">
            <input
              type="radio"
              name="way"
              value={modality}
              data-testid={`way-${modality}`}
              checked={chosen.value === modality}
              onChange={() => {
                chosen.value = modality;
              }}
            />
            <span>
              <strong>
                <Icon name={icon} /> {t(`way.${modality}.title`)}
              </strong>
              <small class="gf-muted">
                {t(`way.${modality}.text`, { count: forward?.wanted.length ?? 0 })}
              </small>
            </span>
          </label>
        ))}
      </fieldset>
    </Step>
  );
}

function modalityOf(active: boolean): Modality {
  return active ? "store_and_forward" : "live_video";
}
