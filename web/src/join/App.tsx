// Which screen is drawn. Decided in `flow.ts`; this only maps names to components.

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { language, t } from "../shared/i18n";
import { service } from "../shared/protocol/service";
import { Banner } from "../shared/ui/Banner";
import { LiveRegion, Notice } from "../shared/ui/Notice";
import type { ScreenName } from "./flow";
import { IdleWatch } from "./IdleWatch";
import type { ScreenProps } from "./Step";
import { After, Ended } from "./screens/After";
import { CallScreen } from "./screens/Call";
import { Callback } from "./screens/Callback";
import { Consent } from "./screens/Consent";
import { Device } from "./screens/Device";
import { Closed, Forgetting, Loading, NoLink, Replaced, Unreachable } from "./screens/Edges";
import { Emergency } from "./screens/Emergency";
import { Gate, KioskStart } from "./screens/Gate";
import { Guardian } from "./screens/Guardian";
import { Health } from "./screens/Health";
import { Holder } from "./screens/Holder";
import { Identity } from "./screens/Identity";
import { Location } from "./screens/Location";
import { NotServed } from "./screens/NotServed";
import { Photos } from "./screens/Photos";
import { Ready } from "./screens/Ready";
import { Relocation } from "./screens/Relocation";
import { Sent } from "./screens/Sent";
import { Treatments } from "./screens/Treatments";
import { Waiting } from "./screens/Waiting";
import { Way } from "./screens/Way";
import type { JoinSession } from "./session";

const SCREENS: Readonly<Record<ScreenName, (props: ScreenProps) => JSX.Element>> = {
  holder: Holder,
  identity: Identity,
  guardian: Guardian,
  location: Location,
  treatments: Treatments,
  health: Health,
  emergency: Emergency,
  not_served: NotServed,
  way: Way,
  consent: Consent,
  photos: Photos,
  device: Device,
  ready: Ready,
  waiting: Waiting,
  sent: Sent,
  callback: Callback,
  call: CallScreen,
  relocation: Relocation,
  after: After,
  ended: Ended,
};

export function App({ session }: { session: JoinSession }): JSX.Element {
  const spoken = language.value;
  useEffect(() => {
    document.title = `${t("page.title")} – Goodfaith`;
  }, [spoken]);
  const inCall = session.screen.value === "call";
  return (
    <div class={inCall ? "join join-call" : "join"}>
      <Banner demo={session.demo.value} />
      <Header session={session} />
      <main id="main" class="join-main">
        <OfflineNotice session={session} />
        <ServiceNotice session={session} />
        <Current session={session} />
      </main>
      <IdleWatch session={session} />
    </div>
  );
}

function Current({ session }: { session: JoinSession }): JSX.Element {
  const phase = session.phase.value;
  switch (phase.name) {
    case "loading":
      return <Loading />;
    case "unreachable":
      return <Unreachable session={session} />;
    case "gate":
      return <Gate session={session} />;
    case "kiosk":
      return <KioskStart session={session} kiosk={phase.kiosk} />;
    case "no_link":
      return <NoLink />;
    case "replaced":
      return <Replaced session={session} />;
    case "closed":
      return <Closed session={session} code={phase.code} />;
    case "forgetting":
      return <Forgetting />;
    case "flow":
      return <InFlow session={session} />;
  }
}

function InFlow({ session }: { session: JoinSession }): JSX.Element {
  const name = session.screen.value;
  const view = session.view.value;
  if (name === null || view === null) {
    return <Loading />;
  }
  const Screen = SCREENS[name];
  return <Screen key={name} session={session} view={view} />;
}

function Header({ session }: { session: JoinSession }): JSX.Element {
  const site = session.view.value?.site.spa_name ?? session.kiosk.value?.spa_name;
  const other = language.value === "en" ? "es" : "en";
  return (
    <header class="gf-header">
      <strong>{site ?? "Goodfaith"}</strong>
      <button
        type="button"
        class="quiet"
        lang={other}
        data-testid="language"
        onClick={() => void session.speak(other)}
      >
        {other === "es" ? "Español" : "English"}
      </button>
    </header>
  );
}

/** Says that nothing can be kept just now, and that nothing is lost by it. */
function ServiceNotice({ session }: { session: JoinSession }): JSX.Element {
  const away = service.value.database === "away";
  if (!away || session.room.socketState.value === "offline") {
    return <LiveRegion text="" />;
  }
  const waiting = session.screen.value === "waiting";
  return (
    <Notice tone="warn" live="polite" testId="database-away">
      <p>{t(waiting ? "away.waiting" : "away.other")}</p>
    </Notice>
  );
}

/** Says that the connection is gone, and whether the place is safe meanwhile. */
function OfflineNotice({ session }: { session: JoinSession }): JSX.Element | null {
  const offline = session.room.socketState.value === "offline";
  const waiting = session.screen.value === "waiting";
  if (!offline || session.phase.value.name !== "flow") {
    return <LiveRegion text="" />;
  }
  return (
    <Notice tone="warn" live="polite" testId="offline">
      <p>{t(waiting ? "offline.waiting" : "offline.other")}</p>
    </Notice>
  );
}
