// Operations behind their sign-in: is anyone waiting too long, where is nobody licensed?

import { signal, useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Session, SignedIn } from "../console/session";
import { clockSeconds } from "../shared/format";
import { connectSocket } from "../shared/protocol/socket";
import type { OpsEvent, OpsSync, Sync } from "../shared/protocol/types";
import { Icon } from "../shared/ui/Icon";
import { LiveRegion, Notice } from "../shared/ui/Notice";
import { Shell } from "../shared/ui/Shell";
import { Connects } from "./connects";
import { Headline } from "./headline";
import { People } from "./people";
import { RosterView } from "./roster";
import { EMPTY, type OpsState, reduce, serverNow } from "./state";
import { Today } from "./today";
import { Waiting } from "./waiting";

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
      {(session) => <Ops session={session} />}
    </SignedIn>
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
  const tab = useSignal<"now" | "roster">("now");
  return (
    <Shell
      title={state.sync?.network_name ?? session.account.organization_name}
      demo={session.account.demo}
      class="ops"
      side={
        <>
          <span>{session.account.display_name}</span>
          <button type="button" class="quiet" onClick={session.signOut}>
            <Icon name="signOut" />
            Sign out
          </button>
        </>
      }
    >
      <h1 class="visually-hidden">Operations</h1>
      <nav class="ops-tabs" aria-label="Parts of operations">
        {(["now", "roster"] as const).map((each) => (
          <button
            key={each}
            type="button"
            class="quiet"
            data-testid={`tab-${each}`}
            aria-current={tab.value === each ? "page" : undefined}
            onClick={() => (tab.value = each)}
          >
            {each === "now" ? "Now" : "Roster"}
          </button>
        ))}
      </nav>
      <Connection desk={desk} />
      {tab.value === "roster" ? (
        <RosterView />
      ) : state.sync === null ? (
        <p class="gf-muted" role="status">
          Reading the figures
        </p>
      ) : (
        <Figures sync={state.sync} now={serverNow(state, desk.now.value)} />
      )}
    </Shell>
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

function Figures(props: { sync: OpsSync; now: number }): JSX.Element {
  const { sync, now } = props;
  return (
    <>
      <Headline sync={sync} now={now} />
      <Waiting waiting={sync.waiting} now={now} />
      <div class="ops-pair">
        <Today today={sync.today} />
        <Connects connects={sync.connects} />
      </div>
      <People people={sync.practitioners} now={now} />
      <LiveRegion
        text={
          sync.waiting.length === 1 ? "1 patient waits" : `${sync.waiting.length} patients wait`
        }
      />
    </>
  );
}
