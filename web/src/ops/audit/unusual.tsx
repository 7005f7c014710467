// What deserves a question first: denials, reads without a part, what left, and haste.

import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { dayAndTime, isoDay } from "../../shared/format";
import type { AuditUnusualView } from "../../shared/protocol/types";
import type { AuditDesk } from "./desk";
import { Rows } from "./rows";
import { whoOf } from "./words";

export function Unusual(props: { desk: AuditDesk; view: AuditUnusualView }): JSX.Element {
  const { desk, view } = props;
  return (
    <section aria-labelledby="audit-unusual-title" data-testid="audit-unusual">
      <h2 id="audit-unusual-title">To look at first</h2>
      <p class="gf-muted">
        Of the last seven days, since {isoDay(new Date(view.since_ms))}; the newest of each. It
        says what deserves a question, not that anything is wrong.
      </p>
      <Part
        title="Without a part in the encounter"
        none="Nobody read an encounter that they have no part in."
        count={view.without_part.length}
      >
        <Rows
          desk={desk}
          entries={view.without_part}
          label="Reads without a part"
          testId="audit-without-part"
        />
      </Part>
      <Part
        title={`${view.haste_min} readings or more in one hour`}
        none="Nobody read that much in one hour."
        count={view.haste.length}
      >
        <ul class="plain-list" data-testid="audit-haste">
          {view.haste.map((one) => (
            <li key={`${one.actor} ${one.hour_ms}`}>
              <button
                type="button"
                class="secondary"
                onClick={() => void desk.search({ who: whoOf(one), action: "read" })}
              >
                {whoOf(one)}
              </button>
              <span>
                {one.entries} readings in the hour from {dayAndTime(one.hour_ms)}
              </span>
            </li>
          ))}
        </ul>
      </Part>
      <Part title="Denials" none="Nobody was refused anything." count={view.denials.length}>
        <Rows desk={desk} entries={view.denials} label="Denials" testId="audit-denials" />
      </Part>
      <Part
        title="What left, or cannot be read any more"
        none="Nothing was exported, downloaded, sent again or shredded, and no other system connected."
        count={view.departures.length}
      >
        <Rows desk={desk} entries={view.departures} label="What left" testId="audit-left" />
      </Part>
    </section>
  );
}

function Part(props: {
  title: string;
  none: string;
  count: number;
  children: ComponentChildren;
}): JSX.Element {
  const id = useId();
  return (
    <section class="audit-part" aria-labelledby={id}>
      <h3 id={id}>
        {props.title}
        {props.count > 0 && `: ${props.count}`}
      </h3>
      {props.count === 0 ? <p class="gf-muted">{props.none}</p> : props.children}
    </section>
  );
}
