// Parts of a chart that are read alike by whom it belongs to and by others.

import type { JSX } from "preact";
import { calendarDay, clockSeconds, clockTime } from "../shared/format";
import type { ChartView } from "../shared/protocol/types";

export function ChartHead(props: { view: ChartView; own: boolean }): JSX.Element {
  const { view, own } = props;
  const { identity, location, site } = view;
  return (
    <header class="chart-head">
      <h2>{identity.legal_name}</h2>
      <p>
        {view.age_years} years · born {calendarDay(identity.birth_date)} ·{" "}
        {identity.language === "es" ? "Spanish" : "English"}
      </p>
      <dl>
        <div>
          <dt>{own ? "Is now at" : "Was at"}</dt>
          <dd>
            {location.street}, {location.city}, {location.jurisdiction} {location.postal_code}
          </dd>
        </div>
        <div>
          <dt>Treatment at</dt>
          <dd>
            {site.name}, {site.spa_name}, {site.city}, {site.jurisdiction}
          </dd>
        </div>
        <div>
          <dt>Phone</dt>
          <dd>{identity.phone}</dd>
        </div>
        <div>
          <dt>In an emergency</dt>
          <dd>
            {identity.emergency_name}, {identity.emergency_phone}
          </dd>
        </div>
        {view.authorities.map((each) => (
          <div key={`${each.jurisdiction}:${each.number}`}>
            <dt>
              {own ? "You act" : "Examined"} in {each.jurisdiction} under
            </dt>
            <dd>
              {each.profession} {each.kind} {each.number}, valid until{" "}
              {calendarDay(each.valid_until)}
              {each.collaborating_physician !== null &&
                `, with ${each.collaborating_physician}`}
            </dd>
          </div>
        ))}
      </dl>
    </header>
  );
}

export function ChartLog(props: {
  view: ChartView;
  /** Before the ids of its elements. */
  prefix?: string;
}): JSX.Element {
  const { entries, media } = props.view;
  return (
    <>
      {media !== null && (
        <p class="gf-muted" data-testid="media-line">
          {media.line}
        </p>
      )}
      <Entries entries={entries} prefix={props.prefix ?? ""} />
    </>
  );
}

function Entries(props: { entries: ChartView["entries"]; prefix: string }): JSX.Element {
  const { entries, prefix } = props;
  return (
    <details class="log" id={`${prefix}chart-log`}>
      <summary>
        Chart log, {entries.length} {entries.length === 1 ? "entry" : "entries"}
      </summary>
      <ol>
        {entries.map((entry) => (
          <li
            key={entry.seq}
            id={`${prefix}entry-${entry.seq}`}
            tabIndex={-1}
            value={entry.seq}
          >
            <time dateTime={new Date(entry.at_ms).toISOString()} title={clockTime(entry.at_ms)}>
              {clockSeconds(entry.at_ms)}
            </time>{" "}
            {entry.summary} <span class="gf-muted">{entry.actor}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}
