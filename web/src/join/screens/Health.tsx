// The health questions, a few per screen, saved screen by screen. What is sensitive comes
// last, and on a shared tablet only once the patient says that they are alone.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { type ApiError, asApiError } from "../../shared/http";
import { language, t } from "../../shared/i18n";
import type { QuestionnaireView } from "../../shared/protocol/types";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { Icon } from "../../shared/ui/Icon";
import { Notice } from "../../shared/ui/Notice";
import {
  type Answers,
  allQuestions,
  answered,
  answersToSend,
  isAsked,
  type QuestionScreen,
  resumeAt,
  screensOf,
  unanswered,
} from "../answers";
import { carriedOn, withoutOpened } from "../carried";
import { needsPrivacy } from "../flow";
import { type ScreenProps, Step } from "../Step";
import { type AnswersPage, putAnswers } from "../saving-answers";
import { Carried, dayInWords } from "./Carried";
import { Loading } from "./Edges";
import { Question } from "./Question";

export function Health(props: ScreenProps): JSX.Element {
  const { session } = props;
  const questionnaire = useSignal<QuestionnaireView | null>(null);
  const error = useSignal<ApiError | null>(null);
  const again = useSignal(0);
  const spoken = language.value;
  const tries = again.value;
  useEffect(() => {
    let current = true;
    session
      .questionnaire()
      .then((answer) => {
        if (current) {
          questionnaire.value = answer;
          error.value = null;
        }
      })
      .catch((thrown) => {
        error.value = asApiError(thrown);
      });
    return () => {
      current = false;
    };
  }, [session, spoken, tries, questionnaire, error]);
  if (questionnaire.value !== null) {
    return <Screens {...props} questionnaire={questionnaire.value} />;
  }
  const retry = (): void => {
    again.value += 1;
  };
  return error.value === null ? <Loading /> : <ErrorBox error={error.value} onRetry={retry} />;
}

type ScreensProps = ScreenProps & { readonly questionnaire: QuestionnaireView };

function Screens(props: ScreensProps): JSX.Element {
  const { session, view, questionnaire } = props;
  const screens = screensOf(questionnaire);
  const all = allQuestions(questionnaire);
  const answers = useSignal<Answers>(view.answers);
  const index = useSignal(view.answers_done ? 0 : resumeAt(screens, view.answers));
  const alone = useSignal(false);
  /** Answers from last time that are on the page to be changed, and were not sent yet. */
  const opened = useSignal<ReadonlySet<string>>(new Set());
  const at = Math.min(index.value, Math.max(0, screens.length - 1));
  const screen = screens[at];
  const questions = screen?.questions ?? [];
  const last = at >= screens.length - 1;
  const { carried } = questionnaire;
  const closed = questions.filter((one) => !opened.value.has(one.id));
  const earlier = carriedOn(closed, answers.value, carried?.answers ?? {}, all);

  async function next(given = answers.value): Promise<void> {
    const [before, here] = [answers.value, index.value];
    const page: AnswersPage = {
      answers: () => (answers.value === before ? given : answers.value),
      form: (all) => answersToSend(questionnaire, all),
      isHere: () => index.value === here,
    };
    const outcome = await putAnswers(session, page, last);
    if (outcome !== "refused" && answers.value === before) {
      answers.value = given;
      opened.value = new Set();
    }
    if (outcome === "taken" && !last) index.value = at + 1;
  }
  /** The screen stays as it is until what was confirmed is saved, or asks what is still open. */
  function confirm(): void {
    const given = { ...answers.value, ...earlier };
    if (unanswered(questions, given, all).length === 0) void next(given);
    else answers.value = given;
  }
  function change(): void {
    opened.value = new Set(Object.keys(earlier));
    answers.value = { ...answers.value, ...earlier };
  }
  function goEarlier(): void {
    answers.value = withoutOpened(answers.value, opened.value);
    opened.value = new Set();
    index.value = at - 1;
  }
  const back = at === 0 ? {} : { onBack: goEarlier };

  const draft = questionnaire.draft && (
    <p class="gf-muted gf-small" data-testid="questions-draft">
      {t("carried.draft")}
    </p>
  );

  if (screen?.sensitive === true && needsPrivacy(view) && !alone.value) {
    return <AreYouAlone session={session} view={view} alone={alone} {...back} />;
  }
  if (carried !== null && Object.keys(earlier).length > 0) {
    return (
      <Carried
        session={session}
        view={view}
        at={at + 1}
        of={screens.length}
        questions={questions}
        carried={earlier}
        answeredAtMs={carried.answered_at_ms}
        onConfirm={confirm}
        onChange={change}
        {...back}
      >
        {draft}
      </Carried>
    );
  }
  return (
    <Step
      session={session}
      part={at}
      title={screen?.title ?? t("health.title")}
      lead={t("health.screen", { at: at + 1, of: Math.max(1, screens.length) })}
      nextTestId="health-next"
      onNext={() => void next()}
      aside={<Skipped screen={screen} answers={answers.value} questionnaire={questionnaire} />}
      {...back}
    >
      {at === 0 && <p>{t("health.lead")}</p>}
      {draft}
      {carried !== null && opened.value.size > 0 && (
        <Notice tone="info" testId="from-last-time">
          <p>{t("carried.fromLastTime", { day: dayInWords(carried.answered_at_ms) })}</p>
        </Notice>
      )}
      {view.emergency && (
        <Notice tone="error" testId="health-emergency">
          <p>{t("emergency.held")}</p>
        </Notice>
      )}
      <AskPrivacy session={session} view={view} />
      {questions
        .filter((question) => isAsked(question, answers.value, all))
        .map((question) => (
          <Question
            key={question.id}
            question={question}
            answer={answers.value[question.id]}
            onAnswer={(answer) => {
              answers.value = answered(answers.value, question.id, answer);
            }}
          />
        ))}
    </Step>
  );
}

/** A skipped question is asked by the clinician: said, never held against the patient. */
function Skipped(props: {
  screen: QuestionScreen | undefined;
  answers: Answers;
  questionnaire: QuestionnaireView;
}): JSX.Element {
  const questions = props.screen?.questions ?? [];
  const all = allQuestions(props.questionnaire);
  const count = unanswered(questions, props.answers, all).length;
  return (
    <p class="gf-muted gf-small join-skipped" role="status">
      {count === 0 ? t("health.allAnswered") : t("health.skipped", { count })}
    </p>
  );
}

function AskPrivacy({ session, view }: ScreenProps): JSX.Element {
  if (view.privacy_requested) {
    return (
      <Notice tone="info" live="polite">
        <p>{t("privacy.asked")}</p>
      </Notice>
    );
  }
  return (
    <button
      type="button"
      class="secondary join-privacy"
      data-testid="ask-privacy"
      onClick={() => void session.putPrivacy(false)}
    >
      <Icon name="lock" />
      {t("privacy.ask")}
    </button>
  );
}

interface AloneProps extends ScreenProps {
  readonly alone: Signal<boolean>;
  readonly onBack?: () => void;
}

function AreYouAlone({ session, view, alone, onBack }: AloneProps): JSX.Element {
  return (
    <Step
      session={session}
      part="alone"
      title={t("privacy.title")}
      lead={t("privacy.lead")}
      nextLabel={t("privacy.alone")}
      nextTestId="privacy-alone"
      onNext={async () => {
        if (await session.putPrivacy(true)) {
          alone.value = true;
        }
      }}
      {...(onBack === undefined ? {} : { onBack })}
    >
      <p>{t("privacy.how")}</p>
      <AskPrivacy session={session} view={view} />
    </Step>
  );
}
