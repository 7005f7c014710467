// The frame of one screen: where we are, one thing to do, one large button, a way back.

import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../shared/i18n";
import type { JoinStateView } from "../shared/protocol/types";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { Icon } from "../shared/ui/Icon";
import { PROGRESS_STEPS, progressOf, type ScreenName, stepBefore } from "./flow";
import type { JoinSession } from "./session";

export interface ScreenProps {
  readonly session: JoinSession;
  readonly view: JoinStateView;
}

export interface StepProps {
  readonly session: JoinSession;
  readonly title: string;
  readonly lead?: string;
  readonly children?: ComponentChildren;
  /** The one large button; without `onNext` there is none. */
  readonly onNext?: () => void;
  readonly nextLabel?: string;
  readonly nextTestId?: string;
  readonly disabled?: boolean;
  /** Beside the large button, quieter. */
  readonly aside?: ComponentChildren;
  /** Instead of the step before (the health questions have screens of their own). */
  readonly onBack?: () => void;
  /** Changes when the same step shows another screen, so that focus moves to its title. */
  readonly part?: string | number;
  readonly testId?: string;
}

export function Step(props: StepProps): JSX.Element {
  const { session, onNext } = props;
  const screen = session.screen.value;
  const busy = session.busy.value || props.disabled === true;
  return (
    <form
      class="join-step"
      noValidate
      data-testid={props.testId}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) {
          onNext?.();
          showFirstWrong(event.currentTarget);
        }
      }}
    >
      <div class="join-body">
        <Progress screen={screen} />
        <BackButton session={session} onBack={props.onBack} />
        <Title text={props.title} part={props.part ?? ""} />
        {props.lead !== undefined && <p class="join-lead">{props.lead}</p>}
        {props.children}
      </div>
      <div class="join-actions">
        <ErrorBox error={session.error.value} />
        {props.aside}
        {onNext !== undefined && (
          <button
            type="submit"
            class="join-next"
            aria-disabled={busy}
            data-testid={props.nextTestId ?? "next"}
          >
            {session.busy.value ? t("step.busy") : (props.nextLabel ?? t("step.next"))}
          </button>
        )}
      </div>
    </form>
  );
}

/** Bring the first field that needs another look under the eyes and the keyboard. */
function showFirstWrong(form: HTMLFormElement): void {
  requestAnimationFrame(() =>
    form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
  );
}

/** The title takes the focus when the screen changes, so that it is read out first. */
export function Title(props: { text: string; part?: string | number }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [props.part]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {props.text}
    </h1>
  );
}

function Progress({ screen }: { screen: ScreenName | null }): JSX.Element | null {
  const step = screen === null ? null : progressOf(screen);
  if (step === null) {
    return null;
  }
  const label = t("step.progress", { step, of: PROGRESS_STEPS });
  return (
    <div class="join-progress">
      <progress value={step} max={PROGRESS_STEPS} aria-label={label} />
      <span class="gf-muted gf-small" aria-hidden="true">
        {label}
      </span>
    </div>
  );
}

function BackButton(props: {
  session: JoinSession;
  onBack: (() => void) | undefined;
}): JSX.Element | null {
  const { session, onBack } = props;
  const screen = session.screen.value;
  const view = session.view.value;
  const before =
    screen === null || view === null
      ? null
      : stepBefore(screen, view.kiosk, view.minor, view.forward);
  if (onBack === undefined && before === null) {
    return null;
  }
  return (
    <button
      type="button"
      class="quiet join-back"
      data-testid="back"
      onClick={() => (onBack === undefined ? session.goBack() : onBack())}
    >
      <Icon name="back" />
      {t("step.back")}
    </button>
  );
}
