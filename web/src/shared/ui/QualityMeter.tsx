// How well the call goes, for oneself and for the other person: bars, and the word for it. Words
// change seldom, and quietly: a sentence, where one is needed, is what screen readers are told.

import type { JSX } from "preact";
import { t } from "../i18n";
import type { CallQuality, Direction } from "../rtc/call-quality";
import type { Grade } from "../rtc/quality";
import "./quality-meter.css";

export interface QualityMeterProps {
  readonly quality: CallQuality;
  /** What oneself is called here, and the other person. */
  readonly you: string;
  readonly them: string;
}

export function QualityMeter({ quality, you, them }: QualityMeterProps): JSX.Element {
  return (
    <ul class="gf-quality" aria-label={t("shared.quality.title")} data-testid="call-quality">
      <One of={quality.sent} name={you} testId="quality-sent" />
      <One of={quality.received} name={them} testId="quality-received" />
    </ul>
  );
}

function One(props: { of: Direction; name: string; testId: string }): JSX.Element {
  const { grade } = props.of;
  const word = grade ?? "unknown";
  return (
    <li data-testid={props.testId} data-grade={word}>
      <Bars grade={grade} />
      <span>
        {props.name}: <strong>{t(`shared.quality.${word}`)}</strong>
      </span>
    </li>
  );
}

const FULL: Readonly<Record<Grade, number>> = { good: 3, fair: 2, poor: 1, lost: 0 };

/** Filled bars say it without colour; those of nothing measured are outlines too. */
function Bars({ grade }: { grade: Grade | null }): JSX.Element {
  const full = grade === null ? 0 : FULL[grade];
  return (
    <svg class="gf-quality-bars" viewBox="0 0 18 16" aria-hidden="true">
      {[1, 2, 3].map((bar) => (
        <rect
          key={bar}
          class={bar <= full ? "gf-quality-full" : undefined}
          x={6 * bar - 5}
          y={15 - 4.5 * bar}
          width="4"
          height={4.5 * bar}
          rx="1"
        />
      ))}
    </svg>
  );
}
