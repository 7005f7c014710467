// The way in: the link with the date of birth, or on a tablet the staff's code with it. When
// the exam is open on another device, it asks before it moves here.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { isoDay } from "../../shared/format";
import { t } from "../../shared/i18n";
import type { KioskView } from "../../shared/protocol/types";
import { thisBrowser } from "../../shared/rtc/devices";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { Field } from "../../shared/ui/Field";
import { kioskCode } from "../flow";
import { isBirthDate } from "../forms";
import { Step, Title } from "../Step";
import type { JoinSession } from "../session";
import { InAppHelp } from "./DeviceHelp";

export function Gate({ session }: { session: JoinSession }): JSX.Element {
  const { inApp } = thisBrowser();
  return (
    <Proof session={session} title={t("gate.title")} lead={t("gate.lead")} withCode={false}>
      {inApp !== null && <InAppHelp link={session.link} app={inApp} />}
    </Proof>
  );
}

export function KioskStart(props: { session: JoinSession; kiosk: KioskView }): JSX.Element {
  const { session, kiosk } = props;
  const title = t("kiosk.title", { site: kiosk.site_name });
  return <Proof session={session} title={title} lead={t("kiosk.lead")} withCode={true} />;
}

interface ProofProps {
  readonly session: JoinSession;
  readonly title: string;
  readonly lead: string;
  readonly withCode: boolean;
  readonly children?: JSX.Element | false;
}

function Proof({ session, title, lead, withCode, children }: ProofProps): JSX.Element {
  const birthDate = useSignal("");
  const code = useSignal("");
  const looked = useSignal(false);
  const today = isoDay(new Date());
  const codeWrong = withCode && kioskCode(code.value) === null;
  const dateWrong = !isBirthDate(birthDate.value, today);

  function submit(takeOver: boolean): void {
    looked.value = true;
    if (!codeWrong && !dateWrong) {
      void session.redeem(birthDate.value, withCode ? kioskCode(code.value) : null, takeOver);
    }
  }

  if (session.takeOver.value) {
    return <TakeOver session={session} onConfirm={() => submit(true)} />;
  }
  return (
    <Step
      session={session}
      title={title}
      lead={lead}
      nextTestId="redeem-submit"
      onNext={() => submit(false)}
    >
      {children}
      {withCode && <CodeField code={code} wrong={looked.value && codeWrong} />}
      <Field
        label={t("gate.birthDate")}
        name="birth_date"
        type="date"
        testId="redeem-birthdate"
        autocomplete={withCode ? "off" : "bday"}
        min="1900-01-01"
        max={today}
        value={birthDate.value}
        error={looked.value && dateWrong ? t("wrong.birthDate") : null}
        onValue={(value) => {
          birthDate.value = value;
        }}
      />
    </Step>
  );
}

function CodeField({ code, wrong }: { code: Signal<string>; wrong: boolean }): JSX.Element {
  return (
    <Field
      label={t("kiosk.code")}
      name="code"
      testId="kiosk-code"
      autocomplete="off"
      autocapitalize="characters"
      spellcheck={false}
      maxLength={9}
      placeholder="XXXX-XXXX"
      value={code.value}
      error={wrong ? t("wrong.code") : null}
      onValue={(value) => {
        code.value = value;
      }}
    />
  );
}

function TakeOver(props: { session: JoinSession; onConfirm: () => void }): JSX.Element {
  const { session } = props;
  return (
    <section class="join-step">
      <div class="join-body">
        <Title text={t("takeOver.title")} />
        <p>{t("takeOver.text")}</p>
        <ErrorBox error={session.error.value} />
      </div>
      <div class="join-actions">
        <button
          type="button"
          class="secondary join-next"
          data-testid="takeover-cancel"
          onClick={() => {
            session.takeOver.value = false;
          }}
        >
          {t("takeOver.no")}
        </button>
        <button
          type="button"
          class="join-next"
          data-testid="takeover-confirm"
          onClick={props.onConfirm}
        >
          {t("takeOver.yes")}
        </button>
      </div>
    </section>
  );
}
