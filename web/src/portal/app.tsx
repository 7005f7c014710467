// The portal behind its sign-in: the list, and the dialogs that open from it.

import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Session, SignedIn } from "../console/session";
import { AccountLink } from "../shared/account/place";
import { isDialogPlace } from "../shared/hash-place";
import { PeoplePage } from "../shared/people/page";
import { service, troubles } from "../shared/protocol/service";
import type { LinkView } from "../shared/protocol/types";
import { Dialog } from "../shared/ui/Dialog";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { Icon } from "../shared/ui/Icon";
import { Notice } from "../shared/ui/Notice";
import { Shell } from "../shared/ui/Shell";
import { Callbacks } from "./callbacks";
import { CoverageDialog } from "./coverage-dialog";
import { DeliveriesPage } from "./deliveries/page";
import { PortalDesk } from "./desk";
import { DetailDialog } from "./detail";
import { FreshLink } from "./fresh-link";
import { List } from "./list";
import { NewExamDialog } from "./new-exam";
import { ProtocolsPage } from "./protocols-page";
import { SoftwarePage } from "./software/page";
import { withLink } from "./state";
import { TabletDialog } from "./tablet";

export function App(): JSX.Element {
  return (
    <SignedIn audience="spa" endpoint="/api/v1/portal/session" title="Sign in to the portal">
      {(session) => <Portal session={session} />}
    </SignedIn>
  );
}

function Portal(props: { session: Session }): JSX.Element | null {
  const [desk, setDesk] = useState<PortalDesk | null>(null);
  useEffect(() => {
    const opened = new PortalDesk();
    setDesk(opened);
    return () => opened.close();
  }, []);
  return desk === null ? null : <PortalView desk={desk} session={props.session} />;
}

function PortalView(props: { desk: PortalDesk; session: Session }): JSX.Element {
  const { desk, session } = props;
  const place = usePlace();
  const making = useSignal(false);
  const tablet = useSignal(false);
  const asking = useSignal(false);
  const open = useSignal<string | null>(null);
  const links = useSignal<readonly LinkView[]>([]);
  const { role } = session.account;
  const parts = TABS.filter((each) => each.roles === null || each.roles.includes(role));
  const part = parts.some((each) => each.place === place.value) ? place.value : "exams";
  useSignalEffect(() => {
    const { ended } = desk.state.value;
    if (ended !== null) session.onEnded(ended);
  });
  const made = (fresh: LinkView): void => {
    desk.took(fresh);
    links.value = withLink(links.value, fresh);
  };
  return (
    <Shell
      title={desk.home.value?.spa_name ?? session.account.organization_name}
      demo={session.account.demo}
      class="portal"
      side={<Side session={session} onTablet={() => (tablet.value = true)} />}
    >
      <Tabs place={part} tabs={parts} />
      <Service />
      {part === "protocols" && <ProtocolsPage desk={desk} />}
      {part === "deliveries" && <DeliveriesPage />}
      {part === "software" && <SoftwarePage />}
      {part === "people" && <PeoplePage area="portal" />}
      {part === "exams" && (
        <Exams
          desk={desk}
          onNew={() => (making.value = true)}
          onAsk={() => (asking.value = true)}
          onOpen={(id) => (open.value = id)}
          onLink={made}
        />
      )}
      <NewExamDialog open={making} desk={desk} onMade={made} />
      <DetailDialog open={open} desk={desk} onLink={made} />
      <CoverageDialog open={asking} desk={desk} />
      <TabletDialog open={tablet} desk={desk} />
      <LinkDialog links={links} />
    </Shell>
  );
}

type Place = "exams" | "protocols" | "deliveries" | "software" | "people";

/** Which part of the portal the address names. */
function usePlace(): Signal<Place> {
  const place = useSignal<Place>(placeOf(location.hash));
  useEffect(() => {
    const follow = (): void => {
      if (!isDialogPlace(location.hash)) place.value = placeOf(location.hash);
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, [place]);
  return place;
}

function placeOf(hash: string): Place {
  return TABS.find((each) => `#${each.place}` === hash)?.place ?? "exams";
}

interface Tab {
  readonly place: Place;
  readonly words: string;
  /** Who has this part; null: everybody. */
  readonly roles: readonly string[] | null;
}

const TABS: readonly Tab[] = [
  { place: "exams", words: "Exams", roles: null },
  { place: "protocols", words: "Protocols", roles: null },
  { place: "deliveries", words: "Deliveries", roles: ["spa_manager"] },
  { place: "software", words: "Software", roles: ["spa_manager"] },
  { place: "people", words: "People", roles: ["spa_manager", "medical_director"] },
];

function Tabs(props: { place: Place; tabs: readonly Tab[] }): JSX.Element {
  return (
    <nav class="portal-tabs" aria-label="Parts of the portal">
      {props.tabs.map((each) => (
        <a
          key={each.place}
          href={`#${each.place}`}
          data-testid={`tab-${each.place}`}
          aria-current={props.place === each.place ? "page" : undefined}
        >
          {each.words}
        </a>
      ))}
    </nav>
  );
}

function Exams(props: {
  desk: PortalDesk;
  onNew: () => void;
  onAsk: () => void;
  onOpen: (id: string) => void;
  onLink: (link: LinkView) => void;
}): JSX.Element {
  const { desk, onNew, onAsk, onOpen, onLink } = props;
  return (
    <>
      <div class="portal-head">
        <h1>Exams</h1>
        <button
          type="button"
          class="secondary portal-coverage"
          data-testid="coverage"
          disabled={desk.home.value === null}
          onClick={onAsk}
        >
          <Icon name="check" />
          Is it covered?
        </button>
        <button
          type="button"
          data-testid="new-exam"
          disabled={desk.home.value === null}
          onClick={onNew}
        >
          <Icon name="plus" />
          New exam
        </button>
      </div>
      <ErrorBox error={desk.problem.value} onRetry={() => void desk.load()} />
      <Connection desk={desk} />
      <Callbacks desk={desk} onLink={onLink} />
      <List desk={desk} onOpen={onOpen} />
    </>
  );
}

function Side(props: { session: Session; onTablet: () => void }): JSX.Element {
  return (
    <>
      <AccountLink
        account={props.session.account}
        onOwnEnded={() => props.session.onEnded("signed_out")}
      />
      <button type="button" class="quiet" data-testid="tablet" onClick={props.onTablet}>
        <Icon name="settings" />
        Tablet
      </button>
      <button type="button" class="quiet" onClick={props.session.signOut}>
        <Icon name="signOut" />
        Sign out
      </button>
    </>
  );
}

function Connection(props: { desk: PortalDesk }): JSX.Element | null {
  const { desk } = props;
  if (desk.link.state.value !== "offline") return null;
  return (
    <Notice tone="warn" live="polite">
      <p>
        <strong>No connection to the server.</strong> The list shows what was last known. It
        updates itself as soon as the connection is back.
      </p>
    </Notice>
  );
}

/** Says that nothing can be kept just now, on every part of the portal. */
function Service(): JSX.Element | null {
  if (troubles(service.value, false).length === 0) return null;
  return (
    <div class="portal-notice">
      <Notice tone="warn" live="polite" testId="database-away">
        <p>
          <strong>We cannot reach our records just now.</strong> Patients keep their place, and
          calls that run go on. New exams, links and changes wait: what you typed stays here,
          send it again when this message is gone.
        </p>
      </Notice>
    </div>
  );
}

/** One link after the other, each until somebody is done with it: it is shown once. */
function LinkDialog(props: { links: Signal<readonly LinkView[]> }): JSX.Element {
  const { links } = props;
  const link = links.value[0];
  const round = useSignal(0);
  const close = (): void => {
    links.value = links.value.slice(1);
    // Escape has closed the dialog itself: the next link has one of its own.
    if (links.value.length > 0) round.value += 1;
  };
  return (
    <Dialog
      key={round.value}
      open={link !== undefined}
      title={link === undefined ? "" : `Give this to ${link.encounter.patient_name}`}
      onClose={close}
      testId="link-dialog"
      actions={
        <button type="button" data-testid="link-done" onClick={close}>
          Done
        </button>
      }
    >
      {link !== undefined && (
        <FreshLink
          key={link.encounter_id}
          link={link}
          onLink={(fresh) => {
            links.value = withLink(links.value, fresh);
          }}
        />
      )}
    </Dialog>
  );
}
