// Where the patient is right now. The clinician's licence depends on it, so it is attested:
// one tap at the spa, a form with a tick anywhere else.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../shared/i18n";
import { JURISDICTIONS } from "../../shared/jurisdictions";
import type { LocationForm } from "../../shared/protocol/types";
import { Field, SelectField } from "../../shared/ui/Field";
import { type LocationDraft, locationAtSite, wrongLocation } from "../forms";
import { type ScreenProps, Step } from "../Step";

export function Location(props: ScreenProps): JSX.Element {
  const { location, location_heard: heard, site } = props.view;
  const was = location !== null && !location.at_site;
  const elsewhere = useSignal(heard === null ? was : heard !== site.jurisdiction);
  return elsewhere.value ? (
    <Elsewhere
      {...props}
      onAtSite={() => {
        elsewhere.value = false;
      }}
    />
  ) : (
    <AtSite
      {...props}
      onElsewhere={() => {
        elsewhere.value = true;
      }}
    />
  );
}

function AtSite({
  session,
  view,
  onElsewhere,
}: ScreenProps & { onElsewhere: () => void }): JSX.Element {
  const { site } = view;
  const place = { site: site.name, city: site.city, jurisdiction: site.jurisdiction };
  return (
    <Step
      session={session}
      part="site"
      title={t("location.title")}
      lead={t("location.why")}
      nextLabel={t("location.yes")}
      nextTestId="location-yes"
      onNext={() => void session.putLocation(locationAtSite(site))}
      aside={
        <button
          type="button"
          class="secondary join-next"
          data-testid="location-no"
          onClick={onElsewhere}
        >
          {t("location.no")}
        </button>
      }
    >
      <div class="join-place">
        <p class="join-question">{t("location.atSite", place)}</p>
        <address>
          {site.street}
          <br />
          {site.city}, {site.jurisdiction} {site.postal_code}
        </address>
      </div>
    </Step>
  );
}

function Elsewhere({
  session,
  view,
  onAtSite,
}: ScreenProps & { onAtSite: () => void }): JSX.Element {
  const heard = view.location_heard;
  const fixed = view.visit === "in_progress" ? heard : null;
  const form = useSignal<LocationDraft>(
    heard === null && view.location !== null && !view.location.at_site
      ? { ...view.location, attested: false }
      : {
          jurisdiction: heard ?? "",
          street: "",
          city: "",
          postal_code: "",
          at_site: false,
          attested: false,
        },
  );
  const looked = useSignal(false);
  const wrong = wrongLocation(form.value);
  const error = (name: keyof LocationDraft): string | null =>
    looked.value && wrong[name] !== undefined ? t(`wrong.${wrong[name]}`) : null;
  const change = (part: Partial<LocationDraft>): void => {
    form.value = { ...form.value, ...part };
  };
  return (
    <Step
      session={session}
      part="elsewhere"
      title={t("location.where")}
      lead={t("location.why")}
      onBack={fixed === null || fixed === view.site.jurisdiction ? onAtSite : undefined}
      onNext={() => {
        looked.value = true;
        if (Object.keys(wrong).length === 0) {
          void session.putLocation(tidied(form.value));
        }
      }}
    >
      <Address
        form={form.value}
        kiosk={view.kiosk}
        fixed={fixed}
        error={error}
        onChange={change}
      />
      <Attest
        checked={form.value.attested}
        error={error("attested")}
        onChange={(attested) => change({ attested })}
      />
    </Step>
  );
}

function tidied(draft: LocationDraft): LocationForm {
  const { street, city, postal_code } = draft;
  return {
    ...draft,
    street: street.trim(),
    city: city.trim(),
    postal_code: postal_code.trim(),
    attested: true,
  };
}

interface AddressProps {
  readonly form: LocationDraft;
  readonly kiosk: boolean;
  /** In the exam it is what the clinician heard; anything else they have to hear first. */
  readonly fixed: string | null;
  readonly error: (name: keyof LocationDraft) => string | null;
  readonly onChange: (part: Partial<LocationDraft>) => void;
}

function Address({ form, kiosk, fixed, error, onChange }: AddressProps): JSX.Element {
  const places = JURISDICTIONS.filter(({ code }) => fixed === null || code === fixed);
  return (
    <>
      <SelectField
        label={t("location.jurisdiction")}
        name="jurisdiction"
        testId="location-jurisdiction"
        value={form.jurisdiction}
        error={error("jurisdiction")}
        options={[
          { value: "", label: t("location.choose") },
          ...places.map(({ code, name }) => ({ value: code, label: name })),
        ]}
        onValue={(jurisdiction) => onChange({ jurisdiction })}
      />
      <Field
        label={t("location.street")}
        name="street"
        testId="location-street"
        autocomplete={kiosk ? "off" : "street-address"}
        maxLength={200}
        value={form.street}
        error={error("street")}
        onValue={(street) => onChange({ street })}
      />
      <Field
        label={t("location.city")}
        name="city"
        testId="location-city"
        autocomplete={kiosk ? "off" : "address-level2"}
        maxLength={120}
        value={form.city}
        error={error("city")}
        onValue={(city) => onChange({ city })}
      />
      <Field
        label={t("location.postal")}
        name="postal_code"
        testId="location-postal"
        autocomplete={kiosk ? "off" : "postal-code"}
        inputMode="numeric"
        maxLength={10}
        value={form.postal_code}
        error={error("postal_code")}
        onValue={(postal_code) => onChange({ postal_code })}
      />
    </>
  );
}

function Attest(props: {
  checked: boolean;
  error: string | null;
  onChange: (checked: boolean) => void;
}): JSX.Element {
  return (
    <div class="gf-field">
      <label class="gf-check">
        <input
          type="checkbox"
          name="attested"
          data-testid="location-attest"
          checked={props.checked}
          aria-invalid={props.error === null ? undefined : "true"}
          aria-describedby={props.error === null ? undefined : "attest-error"}
          onChange={(event) => props.onChange(event.currentTarget.checked)}
        />
        <span>{t("location.attest")}</span>
      </label>
      {props.error !== null && (
        <small class="gf-field-error" id="attest-error">
          {props.error}
        </small>
      )}
    </div>
  );
}
