// Operations behind their sign-in: is anyone waiting too long, where is nobody licensed?

import { signal, useSignalEffect } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Session, SignedIn } from "../console/session";
import { AccountLink } from "../shared/account/place";
import { clockSeconds } from "../shared/format";
import { isDialogPlace } from "../shared/hash-place";
import { PeoplePage } from "../shared/people/page";
import { service, troubles } from "../shared/protocol/service";
import { connectSocket } from "../shared/protocol/socket";
import type { OpsEvent, Sync } from "../shared/protocol/types";
import { Icon } from "../shared/ui/Icon";
import { Notice } from "../shared/ui/Notice";
import { Shell } from "../shared/ui/Shell";
import { AuditView } from "./audit";
import { ComplianceView } from "./compliance";
import { Providers } from "./compliance/providers";
import { SecondFactors } from "./compliance/second-factors";
import { EmergencyNotice, EmergencyReviews, SignInNotice } from "./emergency-access";
import { EmergencyDesk } from "./emergency-access/desk";
import { FilesView } from "./files";
import { PlannerDesk } from "./planner/desk";
import { EMPTY, type OpsState, reduce, serverNow } from "./state";
import { type Place, placeOfHash } from "./tabs";
import { TABS } from "./views";

const AUDIT = "compliance/audit";
const FACTORS = "compliance/second-factors";
const ELSEWHERE = "compliance/providers";
const FILES = "practitioners";
const EMERGENCIES = "compliance/emergency-access";
const PEOPLE = "compliance/people";
const COMPLIANCE_TABS = [
  { name: "compliance", label: "Rules and openings" },
  { name: PEOPLE, label: "People" },
  { name: FILES, label: "Practitioners" },
  { name: FACTORS, label: "Second factors" },
  { name: ELSEWHERE, label: "Sign-in elsewhere" },
  { name: EMERGENCIES, label: "Emergency access" },
  { name: AUDIT, label: "Audit log" },
];
const COMPLIANCE_PLACES = ["compliance", FILES];
const OPS_PLACES = TABS.map((one) => one.name);
const REFUSED: ReadonlySet<string> = new Set(["not_signed_in", "session_expired"]);

class OpsDesk {
  readonly state = signal<OpsState>(EMPTY);
  readonly now = signal(Date.now());
  private readonly ticking = setInterval(() => {
    this.now.value = Date.now();
  }, 1_000);
  readonly link = connectSocket<Sync, OpsEvent>({
    namespace: "/ops",
    onEvent: (event) => {
      const now = Date.now();
      this.state.value = reduce(this.state.value, event, now);
      this.now.value = now;
    },
    onState: (state, reason) => {
      if (state === "closed" && REFUSED.has(reason ?? "")) {
        this.state.value = { ...this.state.value, ended: "expired" };
      }
    },
  });

  close(): void {
    clearInterval(this.ticking);
    this.link.close();
  }
}

export function App(): JSX.Element {
  return (
    <SignedIn audience="ops" endpoint="/api/v1/ops/session" title="Sign in to operations">
      {(session) =>
        session.account.role === "compliance" ? (
          <Compliance session={session} />
        ) : (
          <Ops session={session} />
        )
      }
    </SignedIn>
  );
}

/** Compliance has no part in who waits and who works: its page is the rules, and the audit log. */
function Compliance(props: { session: Session }): JSX.Element {
  const { session } = props;
  const place = usePlace(COMPLIANCE_PLACES);
  const rest = place.tab === "compliance" ? place.rest : null;
  const current =
    place.tab === FILES
      ? FILES
      : COMPLIANCE_TABS.find((one) => one.name === `compliance/${rest}`)?.name;
  const [emergencies] = useState(() => new EmergencyDesk());
  useEffect(() => () => emergencies.close(), [emergencies]);
  return (
    <Frame session={session} title={session.account.organization_name}>
      <h1>Compliance</h1>
      {current !== EMERGENCIES && (
        <EmergencyNotice desk={emergencies} href={`#${EMERGENCIES}`} />
      )}
      {current !== ELSEWHERE && <SignInNotice desk={emergencies} href={`#${ELSEWHERE}`} />}
      <Tabs tabs={COMPLIANCE_TABS} current={current ?? "compliance"} label="Compliance" />
      {current === AUDIT && <AuditView />}
      {current === FACTORS && <SecondFactors />}
      {current === ELSEWHERE && <Providers />}
      {current === FILES && <FilesView rest={place.rest} />}
      {current === EMERGENCIES && <EmergencyReviews desk={emergencies} />}
      {current === PEOPLE && <PeoplePage area="ops" />}
      {current === undefined && <ComplianceView rest={rest} />}
    </Frame>
  );
}

function Frame(props: {
  session: Session;
  title: string;
  children: ComponentChildren;
}): JSX.Element {
  const { session } = props;
  return (
    <Shell
      title={props.title}
      demo={session.account.demo}
      class="ops"
      side={
        <>
          <AccountLink
            account={session.account}
            onOwnEnded={() => session.onEnded("signed_out")}
          />
          <button type="button" class="quiet" onClick={session.signOut}>
            <Icon name="signOut" />
            Sign out
          </button>
        </>
      }
    >
      {props.children}
    </Shell>
  );
}

function Ops(props: { session: Session }): JSX.Element | null {
  const [desk, setDesk] = useState<OpsDesk | null>(null);
  useEffect(() => {
    const opened = new OpsDesk();
    setDesk(opened);
    return () => opened.close();
  }, []);
  return desk === null ? null : <OpsView desk={desk} session={props.session} />;
}

function OpsView(props: { desk: OpsDesk; session: Session }): JSX.Element {
  const { desk, session } = props;
  useSignalEffect(() => {
    const { ended } = desk.state.value;
    if (ended !== null) session.onEnded(ended);
  });
  const state = desk.state.value;
  const place = usePlace(OPS_PLACES);
  const tab = TABS.find((one) => one.name === place.tab);
  const [planner] = useState(() => new PlannerDesk());
  return (
    <Frame
      session={session}
      title={state.sync?.network_name ?? session.account.organization_name}
    >
      <h1 class="visually-hidden">Operations</h1>
      <Tabs tabs={TABS} current={place.tab} label="Parts of operations" />
      <Connection desk={desk} />
      <Service />
      {state.sync === null || tab === undefined ? (
        <p class="gf-muted" role="status">
          Reading the figures
        </p>
      ) : (
        <tab.view
          sync={state.sync}
          now={serverNow(state, desk.now.value)}
          rest={place.rest}
          planner={planner}
        />
      )}
    </Frame>
  );
}

/** What the server itself cannot do just now. */
function Service(): JSX.Element | null {
  const found = troubles(service.value, true);
  if (found.length === 0) return null;
  return (
    <Notice tone="error" live="assertive" testId="service-trouble">
      {found.includes("database") && (
        <p>
          <strong>The database does not answer.</strong> Calls go on, everybody keeps their
          place, nothing new is committed. The figures are those of before.
        </p>
      )}
      {found.includes("bus") && (
        <p>
          <strong>Redis does not answer.</strong> Nothing is lost; pages are told through the
          database, which is slower.
        </p>
      )}
    </Notice>
  );
}

function Connection(props: { desk: OpsDesk }): JSX.Element | null {
  const { desk } = props;
  const { sync, atMs } = desk.state.value;
  if (desk.link.state.value !== "offline") return null;
  return (
    <Notice tone="error" live="assertive">
      <p>
        <strong>No connection to the server.</strong>{" "}
        {sync === null
          ? "Nothing is known yet."
          : `The figures are those of ${clockSeconds(atMs)}; waits go on being counted.`}
      </p>
    </Notice>
  );
}

function Tabs(props: {
  tabs: readonly { readonly name: string; readonly label: string }[];
  current: string;
  label: string;
}): JSX.Element {
  return (
    <nav class="tab-bar" aria-label={props.label}>
      <ul>
        {props.tabs.map((one) => (
          <li key={one.name}>
            <a
              href={`#${one.name}`}
              aria-current={one.name === props.current ? "page" : undefined}
              data-testid={`tab-${one.name}`}
            >
              {one.label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Where the address says one is; going back and forth in the browser works. */
function usePlace(names: readonly string[]): Place {
  const [place, setPlace] = useState(() => placeOfHash(location.hash, names));
  useEffect(() => {
    const follow = (): void => {
      if (!isDialogPlace(location.hash)) setPlace(placeOfHash(location.hash, names));
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, [names]);
  return place;
}
