// Practitioners by status, with where each may act.

import type { JSX } from "preact";
import { span } from "../shared/format";
import type { OpsPractitioner, OpsSync, StatusName } from "../shared/protocol/types";
import { Icon, type IconName } from "../shared/ui/Icon";
import { Term } from "./figure";
import { byStatus } from "./state";

const STATUS: Readonly<Record<StatusName, { words: string; icon: IconName }>> = {
  available: { words: "Available", icon: "check" },
  offered: { words: "Ringing", icon: "bell" },
  in_exam: { words: "In an exam", icon: "camera" },
  wrap_up: { words: "Wrap-up", icon: "pen" },
  away: { words: "Away", icon: "pause" },
};

export function People(props: { sync: OpsSync; now: number }): JSX.Element {
  const { practitioners, statuses, practitioners_total: total } = props.sync.now;
  const groups = byStatus(practitioners, statuses);
  return (
    <section aria-labelledby="people-title">
      <h2 id="people-title">Practitioners</h2>
      {groups.length === 0 && <p class="gf-muted">No practitioner is known to this network.</p>}
      <div class="people">
        {groups.map((group) => (
          <section key={group.status} aria-labelledby={`status-${group.status}`}>
            <h3 id={`status-${group.status}`}>
              <Icon name={STATUS[group.status].icon} /> {STATUS[group.status].words}{" "}
              <span class="gf-muted">{group.count}</span>
            </h3>
            <ul>
              {group.people.map((each) => (
                <Person key={each.practitioner_id} one={each} now={props.now} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {total > practitioners.length && (
        <p class="gf-small gf-muted">
          {practitioners.length} of {total} are named: those who missed offers first.
        </p>
      )}
    </section>
  );
}

function Person(props: { one: OpsPractitioner; now: number }): JSX.Element {
  const { one, now } = props;
  const gone = one.presence === "away" || one.presence === "gone";
  return (
    <li class="person">
      <strong>
        {one.display_name}, {one.profession}
      </strong>
      <span class="gf-small">
        {one.jurisdictions.length === 0 ? "No active authority" : one.jurisdictions.join(" ")}
      </span>
      <span class="gf-small gf-muted">
        {one.since_ms !== null && `for ${span(now - one.since_ms)}`}
        {gone && one.status !== "away" && ", page not connected"}
      </span>
      {one.missed_offers > 0 && (
        <span class="gf-small">
          <Term of="missedOffers">{one.missed_offers} missed</Term>
        </span>
      )}
    </li>
  );
}
