// How well the call goes, for the patient: two words, and a sentence when it is weak.

import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../shared/i18n";
import type { CallQuality } from "../../shared/rtc/call-quality";
import { weaknessOf } from "../../shared/rtc/quality-words";
import { QualityMeter } from "../../shared/ui/QualityMeter";

export function CallQualityView(props: { quality: ReadonlySignal<CallQuality> }): JSX.Element {
  const quality = props.quality.value;
  const weak = weaknessOf(quality);
  return (
    <div class="join-quality">
      <QualityMeter
        quality={quality}
        you={t("call.quality.you")}
        them={t("call.quality.them")}
      />
      {/* Always there, so that a change of its words is announced. */}
      <p role="status" data-testid="quality-sentence">
        {weak !== null && `${t(`call.quality.${weak}`)} ${t("call.quality.help")}`}
      </p>
    </div>
  );
}
