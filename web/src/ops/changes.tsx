// Alerts that are raised, and what changed last.

import type { JSX } from "preact";
import { clockSeconds, span } from "../shared/format";
import type { NoticeKind, OpsSync } from "../shared/protocol/types";
import { Icon, type IconName } from "../shared/ui/Icon";
import { Term } from "./figure";
import { alertSentence, noticeSentence } from "./words";

const ICONS: Readonly<Record<NoticeKind, IconName>> = {
  alert_raised: "warning",
  alert_cleared: "check",
  came: "plus",
  left: "signOut",
  missed: "bell",
};
const SHOWN = 8;

export function Alerts(props: { sync: OpsSync; now: number }): JSX.Element {
  const { alerts, alerts_total: total } = props.sync.now;
  return (
    <section aria-labelledby="alerts-title" data-testid="ops-alerts">
      <h2 id="alerts-title">
        <Term of="alerts">Alerts</Term>
      </h2>
      {alerts.length === 0 ? (
        <p class="within">
          <Icon name="check" /> None
        </p>
      ) : (
        <ul class="plain-list">
          {alerts.map((one) => (
            <li key={`${one.code} ${one.jurisdiction}`} class="grave">
              <Icon name="warning" />
              <span>
                {alertSentence(one)}{" "}
                <span class="gf-muted gf-small">for {span(props.now - one.raised_at_ms)}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
      {total > alerts.length && (
        <p class="gf-small gf-muted">and {total - alerts.length} more</p>
      )}
    </section>
  );
}

export function Changes(props: { sync: OpsSync }): JSX.Element {
  const notices = props.sync.now.notices.slice(0, SHOWN);
  return (
    <section aria-labelledby="changes-title">
      <h2 id="changes-title">
        <Term of="changes">What changed</Term>
      </h2>
      {notices.length === 0 && <p class="gf-muted">Nothing since the server started.</p>}
      <ol class="plain-list">
        {notices.map((one) => (
          <li key={`${one.at_ms} ${noticeSentence(one)}`}>
            <Icon name={ICONS[one.kind]} />
            <span>
              <span class="gf-muted">{clockSeconds(one.at_ms)}</span> {noticeSentence(one)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
