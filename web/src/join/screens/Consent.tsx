// Every document that this exam needs, each with its own tick, and the name typed as a signature.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { language, t } from "../../shared/i18n";
import type { ConsentTextView } from "../../shared/protocol/types";
import { Field } from "../../shared/ui/Field";
import { Notice } from "../../shared/ui/Notice";
import { type ScreenProps, Step } from "../Step";

type Kind = ConsentTextView["kind"];

/** The name of a document's box on the page. */
function testId(kind: Kind): string {
  return kind === "privacy_notice" ? "consent-privacy" : `consent-${kind}`;
}

export function Consent({ session, view }: ScreenProps): JSX.Element {
  const agreed = useSignal<ReadonlySet<Kind>>(new Set());
  const name = useSignal("");
  const looked = useSignal(false);
  const texts = view.consent_texts;
  const allAgreed = texts.every((text) => agreed.value.has(text.kind));
  const signed = name.value.trim() !== "";
  return (
    <Step
      session={session}
      title={t("consent.title")}
      lead={t("consent.lead", { count: texts.length })}
      nextLabel={t("consent.next")}
      onNext={() => {
        looked.value = true;
        if (allAgreed && signed) {
          void session.putConsents({
            consents: texts.map(({ kind, version, language, sha256 }) => ({
              kind,
              version,
              language,
              sha256,
            })),
            signed_name: name.value.trim(),
          });
        }
      }}
    >
      {looked.value && !allAgreed && (
        <Notice tone="error" live="assertive">
          <p>{t("consent.all")}</p>
        </Notice>
      )}
      {texts.map((text) => (
        <ConsentText
          key={text.kind}
          text={text}
          checked={agreed.value.has(text.kind)}
          onChange={(checked) => {
            const others = [...agreed.value].filter((kind) => kind !== text.kind);
            agreed.value = new Set(checked ? [...others, text.kind] : others);
          }}
        />
      ))}
      <Field
        label={t(view.minor ? "consent.guardianName" : "consent.name")}
        name="signed_name"
        testId="consent-name"
        autocomplete="off"
        maxLength={120}
        help={t("consent.nameHelp")}
        value={name.value}
        error={looked.value && !signed ? t("wrong.name") : null}
        onValue={(value) => {
          name.value = value;
        }}
      />
    </Step>
  );
}

function ConsentText(props: {
  text: ConsentTextView;
  checked: boolean;
  onChange: (checked: boolean) => void;
}): JSX.Element {
  const { text } = props;
  return (
    <div class="join-consent" lang={text.language}>
      <h2>{text.title}</h2>
      {!text.reviewed && (
        <p class="gf-muted gf-small" lang={language.value}>
          {t("consent.draft")}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must take the keyboard */}
      <section class="join-consent-text" tabIndex={0} aria-label={text.title}>
        {text.text.split(/\n{2,}/).map((paragraph) => (
          <p key={paragraph.slice(0, 60)}>{paragraph}</p>
        ))}
      </section>
      <label class="gf-check" lang={language.value}>
        <input
          type="checkbox"
          name={text.kind}
          data-testid={testId(text.kind)}
          checked={props.checked}
          onChange={(event) => props.onChange(event.currentTarget.checked)}
        />
        <span>{t(`consent.${text.kind}`)}</span>
      </label>
    </div>
  );
}
