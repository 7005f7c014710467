// What the patient said last time about the questions of one screen: read, then confirmed or
// opened to be changed. Nothing of it counts before.

import type { ComponentChildren, JSX } from "preact";
import { dayOf } from "../../shared/format";
import { language, t } from "../../shared/i18n";
import type { QuestionView } from "../../shared/protocol/types";
import type { Answers } from "../answers";
import { inWords } from "../carried";
import { type ScreenProps, Step } from "../Step";

export interface CarriedProps extends ScreenProps {
  readonly at: number;
  readonly of: number;
  readonly questions: readonly QuestionView[];
  readonly carried: Answers;
  readonly answeredAtMs: number;
  readonly onConfirm: () => void;
  readonly onChange: () => void;
  readonly onBack?: () => void;
  /** Said before the answers. */
  readonly children?: ComponentChildren;
}

export function Carried(props: CarriedProps): JSX.Element {
  const { session, questions, carried, onBack } = props;
  const words = { yes: t("health.yes"), no: t("health.no") };
  const shown = questions.filter((one) => carried[one.id] !== undefined);
  return (
    <Step
      session={session}
      part={`carried-${props.at}`}
      title={t("carried.title")}
      lead={t("carried.lead", {
        at: props.at,
        of: props.of,
        day: dayInWords(props.answeredAtMs),
      })}
      nextLabel={t("carried.confirm")}
      nextTestId="carried-confirm"
      onNext={props.onConfirm}
      aside={
        <button
          type="button"
          class="secondary"
          data-testid="carried-change"
          onClick={props.onChange}
        >
          {t("carried.change")}
        </button>
      }
      {...(onBack === undefined ? {} : { onBack })}
    >
      {props.children}
      <dl class="join-summary" data-testid="carried">
        {shown.map((one) => (
          <div key={one.id} data-testid={`carried-${one.id}`}>
            <dt>{one.text}</dt>
            <dd>{inWords(one, carried[one.id] ?? "", words)}</dd>
          </div>
        ))}
      </dl>
    </Step>
  );
}

export function dayInWords(ms: number): string {
  return dayOf(ms, language.value === "es" ? "es-US" : "en-US");
}
