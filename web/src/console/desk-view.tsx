// The console as a whole: queue, call and chart side by side, or as tabs on a narrow screen.

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { AccountLink } from "../shared/account/place";
import { service } from "../shared/protocol/service";
import { Icon } from "../shared/ui/Icon";
import { LiveRegion, Notice } from "../shared/ui/Notice";
import { Shell } from "../shared/ui/Shell";
import { CallPanel } from "./call-panel";
import { ChartPanel } from "./chart-panel";
import { ChartReader } from "./chart-reader";
import type { Desk, Panel } from "./desk";
import {
  EmergencyAccessButton,
  EmergencyAccessDialog,
  EmergencyBanner,
} from "./emergency-access-view";
import { focusOn } from "./focus";
import { type Jump, jumpOf } from "./keys";
import { KeysDialog } from "./keys-dialog";
import { LostNotes } from "./lost-notes";
import { OfferCardView } from "./offer-card";
import { OwnFileLink } from "./own-file";
import { OwnFileDesk } from "./own-file-desk";
import { QueuePanel } from "./queue-panel";
import { ReadingDesk } from "./reading-desk";
import type { Session } from "./session";
import { isBusy, liveOffer } from "./state";
import { callWords, STATUS_WORDS } from "./words";

const PANELS: readonly { readonly panel: Panel; readonly label: string }[] = [
  { panel: "queue", label: "Queue" },
  { panel: "call", label: "Call" },
  { panel: "chart", label: "Chart" },
];

export function DeskView(props: { desk: Desk; session: Session }): JSX.Element {
  const { desk, session } = props;
  const map = useSignal(false);
  const inNeed = useSignal(false);
  const [reading] = useState(() => new ReadingDesk());
  useEffect(() => () => reading.close(), [reading]);
  const [ownFile] = useState(() => new OwnFileDesk());
  const { account } = session;
  useSignalEffect(() => {
    const { ended } = desk.state.value;
    if (ended !== null) session.onEnded(ended);
  });
  useShortcuts(desk, () => {
    map.value = true;
  });
  useWarning(desk);
  const offer = liveOffer(desk.state.value, Math.max(desk.now.value, Date.now()));
  return (
    <Shell
      title="Goodfaith console"
      demo={account.demo}
      class="desk"
      side={
        <>
          <OwnFileLink desk={ownFile} />
          <AccountLink account={account} onOwnEnded={() => session.onEnded("signed_out")} />
          <EmergencyAccessButton onOpen={() => (inNeed.value = true)} />
          <button type="button" class="quiet" onClick={() => (map.value = true)}>
            <Icon name="keyboard" />
            Keys
          </button>
          <button type="button" class="quiet" onClick={session.signOut}>
            <Icon name="signOut" />
            Sign out
          </button>
        </>
      }
    >
      <h1 class="visually-hidden">Console</h1>
      <EmergencyBanner reading={reading} />
      <Connection desk={desk} />
      <Service />
      <Said desk={desk} />
      <LostNotes desk={desk} />
      {offer !== null && <OfferCardView key={offer.card.offer_id} desk={desk} offer={offer} />}
      <Tabs desk={desk} />
      <div class="desk-columns" data-panel={desk.panel.value}>
        <QueuePanel desk={desk} reading={reading} ownFile={ownFile} />
        <CallPanel desk={desk} account={account} />
        <ChartPanel desk={desk} />
      </div>
      <Announcer desk={desk} />
      <KeysDialog open={map} />
      <EmergencyAccessDialog reading={reading} open={inNeed} ringing={offer !== null} />
      <ChartReader reading={reading} ringing={offer !== null} />
    </Shell>
  );
}

function Tabs(props: { desk: Desk }): JSX.Element {
  const { panel, chart } = props.desk;
  const reviewing = (chart.value?.view.value?.review ?? null) !== null;
  return (
    <nav class="desk-tabs" aria-label="Parts of the console">
      {PANELS.map((each) => (
        <button
          key={each.panel}
          type="button"
          class="quiet"
          aria-current={panel.value === each.panel ? "true" : undefined}
          onClick={() => (panel.value = each.panel)}
        >
          {each.panel === "call" && reviewing ? "Pictures" : each.label}
        </button>
      ))}
    </nav>
  );
}

/** The server's state, when it is not simply well. */
function Service(): JSX.Element | null {
  if (service.value.database === "ok") return null;
  return (
    <div class="desk-notice">
      <Notice tone="warn" live="polite" testId="database-away">
        <p>
          <strong>We cannot reach our records just now.</strong> A call that runs goes on, and
          everybody keeps their place. What you type stays here and is saved when the records
          are back. New patients, hanging up and signing wait until then.
        </p>
      </Notice>
    </div>
  );
}

/** The socket's state, when it is not simply online. */
function Connection(props: { desk: Desk }): JSX.Element | null {
  const { desk } = props;
  const state = desk.link.state.value;
  if (state === "online" || (state === "connecting" && !desk.state.value.synced)) return null;
  return (
    <div class="desk-notice">
      <Notice tone="warn" live="polite">
        <p>
          <strong>No connection to the server.</strong> We keep trying. What you type stays here
          and is saved when the connection is back. A call that runs goes on.
        </p>
      </Notice>
    </div>
  );
}

function Said(props: { desk: Desk }): JSX.Element | null {
  const { notice } = props.desk;
  if (notice.value === null) return null;
  const { tone, text } = notice.value;
  return (
    <div class="desk-notice">
      <Notice tone={tone} live={tone === "error" ? "assertive" : "polite"} testId="desk-notice">
        <p>{text}</p>
        <button type="button" class="quiet" onClick={() => (notice.value = null)}>
          Dismiss
        </button>
      </Notice>
    </div>
  );
}

/** Status, offers and call states for screen readers. */
function Announcer(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const text = useComputed(() => {
    const { offer, status, call, setup } = desk.state.value;
    if (offer !== null) return "A patient is ready. Press Alt and O to go to the offer.";
    if (setup !== null) return callWords(call, desk.call.shown.link.value).words;
    return isBusy(status)
      ? STATUS_WORDS[status]
      : `You are ${STATUS_WORDS[status].toLowerCase()}`;
  });
  return <LiveRegion text={text.value} />;
}

/** Keys of the whole page. */
function useShortcuts(desk: Desk, showMap: () => void): void {
  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      const focused = document.activeElement as HTMLInputElement | null;
      const jump = jumpOf(event, focused);
      if (jump === null || document.querySelector("dialog[open]") !== null) return;
      event.preventDefault();
      if (jump === "map") showMap();
      else go(desk, jump);
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [desk, showMap]);
}

function go(desk: Desk, jump: Exclude<Jump, "map">): void {
  if (jump === "prompts") desk.panel.value = "call";
  else if (jump !== "offer") desk.panel.value = "chart";
  const rows = desk.chart.value?.rows.rows.value ?? [];
  const row = rows.find((each) => each.now.disposition === null) ?? rows[0];
  const ids: Readonly<Record<typeof jump, string>> = {
    offer: "offer",
    prompts: "prompts",
    note: "note",
    decisions: row === undefined ? "chart" : `disp-${row.treatmentClass}`,
    sign: "sign",
  };
  const id = ids[jump];
  // The panel may be shown only by this very key: wait until it is.
  requestAnimationFrame(() => focusOn(id));
}

/** Leaving the page with unsaved words asks first. */
function useWarning(desk: Desk): void {
  useEffect(() => {
    function onLeave(event: BeforeUnloadEvent): void {
      if (desk.unsaved) event.preventDefault();
    }
    window.addEventListener("beforeunload", onLeave);
    return () => window.removeEventListener("beforeunload", onLeave);
  }, [desk]);
}
