// Who directs each site, and what may be ordered there: one line a treatment, and its text on
// demand. Everybody at the spa reads it; managers and the director write; the director signs.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { calendarDay } from "../shared/format";
import { type ApiError, api, asApiError } from "../shared/http";
import type {
  DirectorView,
  ProtocolsView,
  SiteProtocolsView,
  TreatmentOptionView,
} from "../shared/protocol/types";
import { treatmentLabel } from "../shared/treatments";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { Icon } from "../shared/ui/Icon";
import type { PortalDesk } from "./desk";
import { ProtocolDialog } from "./protocol-dialog";
import { byClass, type ClassProtocols, shownVersion, standingsOf } from "./protocols";
import { StandingTag } from "./standing";

const API = "/api/v1/portal/protocols";

/** Which class of which site is open. */
export interface Chosen {
  readonly siteId: string;
  readonly treatmentClass: string;
}

export function ProtocolsPage(props: { desk: PortalDesk }): JSX.Element {
  const view = useSignal<ProtocolsView | null>(null);
  const error = useSignal<ApiError | null>(null);
  const open = useSignal<Chosen | null>(null);
  const options = props.desk.home.value?.treatment_options ?? [];

  async function load(): Promise<void> {
    error.value = null;
    try {
      view.value = await api<ProtocolsView>("GET", API);
    } catch (thrown) {
      error.value = asApiError(thrown);
    }
  }
  useEffect(() => {
    void load();
  }, []);

  return (
    <>
      <div class="portal-head">
        <h1>Protocols</h1>
      </div>
      <p class="gf-muted protocols-about">
        A provider can order only what a protocol in force allows. It is signed by the site's
        medical director and never changed: a new version takes its place.
      </p>
      <ErrorBox error={error.value} onRetry={() => void load()} />
      {view.value === null && error.value === null && <p class="gf-muted">Reading</p>}
      {view.value?.sites.map((site) => (
        <Site
          key={site.site_id}
          site={site}
          options={options}
          onOpen={(treatmentClass) => {
            open.value = { siteId: site.site_id, treatmentClass };
          }}
        />
      ))}
      <ProtocolDialog
        open={open}
        view={view.value}
        options={options}
        onChanged={(fresh) => {
          view.value = fresh;
        }}
      />
    </>
  );
}

function Site(props: {
  site: SiteProtocolsView;
  options: readonly TreatmentOptionView[];
  onOpen: (treatmentClass: string) => void;
}): JSX.Element {
  const { site, options, onOpen } = props;
  const title = `site-${site.site_id}`;
  const current = site.directors.filter((each) => !each.ended);
  return (
    <section class="protocol-site" aria-labelledby={title}>
      <h2 id={title}>
        {site.site_name}, {site.jurisdiction}
      </h2>
      {current.length === 0 && (
        <p class="director standing-bad">
          <Icon name="warning" /> No medical director: nothing can be ordered here.
        </p>
      )}
      {current.map((each) => (
        <Director key={each.director_id} director={each} />
      ))}
      <ul class="exams protocols">
        {byClass(site, options).map((each) => (
          <li key={each.treatmentClass}>
            <Line one={each} options={options} onOpen={() => onOpen(each.treatmentClass)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Director(props: { director: DirectorView }): JSX.Element {
  const { director } = props;
  return (
    <p class="director" data-testid={`director-${director.director_id}`}>
      <span>
        Medical director: <strong>{director.display_name}</strong>, {director.profession}
      </span>
      <span class="gf-muted gf-small">
        License {director.jurisdiction} {director.licence_number}, until{" "}
        {calendarDay(director.licence_until)}; looked up by {director.verified_by}
      </span>
      {!director.in_force && (
        <span class="standing standing-bad">
          <Icon name="warning" /> License not in force: nothing can be ordered
        </span>
      )}
    </p>
  );
}

function Line(props: {
  one: ClassProtocols;
  options: readonly TreatmentOptionView[];
  onOpen: () => void;
}): JSX.Element {
  const { one, options, onOpen } = props;
  const version = shownVersion(one);
  return (
    <button
      type="button"
      class="exam protocol"
      data-testid={`protocol-${one.treatmentClass}`}
      onClick={onOpen}
    >
      <strong>{treatmentLabel(one.treatmentClass, "en", options)}</strong>
      <span class="gf-small gf-muted">
        {version === null
          ? "Nothing written yet"
          : `Version ${version.version}, until ${calendarDay(version.protocol.valid_until)}`}
      </span>
      <span class="protocol-standings">
        {standingsOf(one).map((each) => (
          <StandingTag key={each.key} standing={each} />
        ))}
      </span>
    </button>
  );
}
