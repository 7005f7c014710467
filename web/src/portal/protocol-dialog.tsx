// One treatment at one site: every version with its text, and what may be done with it. Signing
// and withdrawing take a fresh proof of who one is: neither can be taken back.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { calendarDay, dayAndTime, isoDay } from "../shared/format";
import { type ApiError, api, asApiError } from "../shared/http";
import type {
  ProtocolsView,
  ProtocolView,
  SiteProtocolsView,
  TreatmentOptionView,
} from "../shared/protocol/types";
import { treatmentLabel } from "../shared/treatments";
import { Dialog } from "../shared/ui/Dialog";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { Icon } from "../shared/ui/Icon";
import { ProtocolEditor } from "./protocol-form";
import { byClass, type ClassProtocols, draftFrom, linesOf, STANDINGS } from "./protocols";
import type { Chosen } from "./protocols-page";
import { StandingTag } from "./standing";

const API = "/api/v1/portal/protocols";

interface Rights {
  readonly mayDraft: boolean;
  readonly maySign: boolean;
}

export function ProtocolDialog(props: {
  open: Signal<Chosen | null>;
  view: ProtocolsView | null;
  options: readonly TreatmentOptionView[];
  onChanged: (view: ProtocolsView) => void;
}): JSX.Element {
  const { open, view, options, onChanged } = props;
  const chosen = open.value;
  const site = view?.sites.find((each) => each.site_id === chosen?.siteId);
  const one =
    site === undefined
      ? undefined
      : byClass(site, options).find((each) => each.treatmentClass === chosen?.treatmentClass);
  const close = (): void => {
    open.value = null;
  };
  return (
    <Dialog
      open={chosen !== null}
      title={
        one === undefined || site === undefined
          ? "Protocol"
          : `${treatmentLabel(one.treatmentClass, "en", options)}, ${site.site_name}`
      }
      onClose={close}
      testId="protocol-dialog"
      actions={
        <button type="button" class="secondary" onClick={close}>
          Close
        </button>
      }
    >
      {view !== null && site !== undefined && one !== undefined && (
        <Versions
          key={`${site.site_id} ${one.treatmentClass}`}
          site={site}
          one={one}
          options={options}
          rights={{ mayDraft: view.may_draft, maySign: view.sign_at.includes(site.site_id) }}
          onChanged={onChanged}
        />
      )}
    </Dialog>
  );
}

function Versions(props: {
  site: SiteProtocolsView;
  one: ClassProtocols;
  options: readonly TreatmentOptionView[];
  rights: Rights;
  onChanged: (view: ProtocolsView) => void;
}): JSX.Element {
  const { site, one, options, rights, onChanged } = props;
  const writing = useSignal(false);
  if (writing.value) {
    return (
      <ProtocolEditor
        first={draftFrom(site, one, options, isoDay(new Date()))}
        onDrafted={(fresh) => {
          writing.value = false;
          onChanged(fresh);
        }}
        onCancel={() => {
          writing.value = false;
        }}
      />
    );
  }
  return (
    <div class="detail">
      {one.versions.length === 0 && (
        <p>
          <StandingTag standing={STANDINGS.none} />
        </p>
      )}
      {one.versions.map((each) => (
        <Version key={each.version} version={each} rights={rights} onChanged={onChanged} />
      ))}
      {rights.mayDraft && (
        <div>
          <button
            type="button"
            data-testid="protocol-new"
            onClick={() => {
              writing.value = true;
            }}
          >
            <Icon name="pen" />
            {one.versions.length === 0 ? "Write the first version" : "Write a new version"}
          </button>
        </div>
      )}
    </div>
  );
}

function Version(props: {
  version: ProtocolView;
  rights: Rights;
  onChanged: (view: ProtocolsView) => void;
}): JSX.Element {
  const { version, rights, onChanged } = props;
  const { protocol } = version;
  const old = version.standing === "superseded" || version.standing === "withdrawn";
  const signed = version.signed_at_ms;
  return (
    <details class="protocol-version" open={!old} data-testid={`version-${version.version}`}>
      <summary>
        Version {version.version} <StandingTag standing={STANDINGS[version.standing]} />
      </summary>
      <dl class="facts">
        {linesOf(protocol).map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
        <div>
          <dt>Valid</dt>
          <dd>
            {calendarDay(protocol.valid_from)} to {calendarDay(protocol.valid_until)}
          </dd>
        </div>
        <div>
          <dt>Signed</dt>
          <dd>
            {signed === null ? "not yet" : `${dayAndTime(signed)}, by ${version.signed_by}`}
          </dd>
        </div>
        <div>
          <dt>Text (SHA-256)</dt>
          <dd class="protocol-hash">{version.sha256}</dd>
        </div>
      </dl>
      {rights.maySign && version.standing === "draft" && (
        <Act version={version} act="sign" onChanged={onChanged} />
      )}
      {rights.maySign &&
        (version.standing === "in_force" || version.standing === "scheduled") && (
          <Act version={version} act="withdraw" onChanged={onChanged} />
        )}
    </details>
  );
}

const ACTS = {
  sign: {
    ask: "Sign this version",
    says: "You sign exactly the text above, for this site, as its medical director.",
    does: "Sign",
    kind: "",
  },
  withdraw: {
    ask: "Withdraw this version",
    says: "Nothing can be ordered here from now on, until you sign a new version.",
    does: "Withdraw",
    kind: "danger",
  },
} as const;

function Act(props: {
  version: ProtocolView;
  act: "sign" | "withdraw";
  onChanged: (view: ProtocolsView) => void;
}): JSX.Element {
  const { version, act, onChanged } = props;
  const words = ACTS[act];
  const asking = useSignal(false);
  const busy = useSignal(false);
  const error = useSignal<ApiError | null>(null);

  async function perform(event: Event): Promise<void> {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    error.value = null;
    const which = { version: version.version };
    const body = act === "sign" ? { ...which, sha256: version.sha256 } : which;
    try {
      const path = `${API}/${encodeURIComponent(version.protocol_id)}/${act}`;
      onChanged(await api<ProtocolsView>("POST", path, body));
    } catch (thrown) {
      error.value = asApiError(thrown);
    }
    busy.value = false;
  }

  if (!asking.value) {
    return (
      <button
        type="button"
        class={act === "sign" ? undefined : "quiet"}
        data-testid={`protocol-${act}`}
        onClick={() => {
          asking.value = true;
        }}
      >
        {words.ask}
      </button>
    );
  }
  return (
    <form class="protocol-act" onSubmit={(event) => void perform(event)}>
      <p>{words.says}</p>
      <ErrorBox error={error.value} />
      <div class="gf-row">
        <button
          type="submit"
          class={words.kind}
          data-testid={`protocol-${act}-confirm`}
          aria-busy={busy.value}
        >
          {words.does}
        </button>
        <button
          type="button"
          class="secondary"
          onClick={() => {
            asking.value = false;
          }}
        >
          Not now
        </button>
      </div>
    </form>
  );
}
