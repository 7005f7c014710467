// The map of what is open: one link per jurisdiction, whose word and edge say what its colour says.

import type { JSX } from "preact";
import type { JurisdictionRowView } from "../../shared/protocol/types";
import { SQUARES } from "../tiles";
import { STANDING, type Standing, standingOf } from "./words";

const ORDER: readonly Standing[] = ["open", "partly", "closed"];
const STALE = "Values are past their review day";

export function CoverageMap(props: {
  rows: readonly JurisdictionRowView[];
  current: string | null;
}): JSX.Element {
  const rows = new Map(props.rows.map((one) => [one.code, one]));
  return (
    <section aria-labelledby="map-title">
      <h2 id="map-title">What is open</h2>
      <div class="tiles">
        {SQUARES.map((square) => {
          const row = rows.get(square.code);
          if (row === undefined) return null;
          const stands = standingOf(row);
          return (
            <a
              key={square.code}
              href={`#compliance/${square.code}`}
              class={`tile open-${stands} tile-r${square.row} tile-c${square.column}`}
              aria-current={square.code === props.current ? "true" : undefined}
              data-testid={`open-${square.code}`}
              data-standing={stands}
            >
              <strong>{square.code}</strong>
              <span class="tile-word">{stands}</span>
              {row.overdue > 0 && <span class="tile-word">stale</span>}
              <span class="visually-hidden">{labelOf(row)}</span>
            </a>
          );
        })}
      </div>
      <ul class="plain-list legend">
        {ORDER.map((one) => (
          <li key={one}>
            <span class={`tile-sample open-${one}`} aria-hidden="true" />
            <span>{STANDING[one]}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function labelOf(row: JurisdictionRowView): string {
  const said = [`${row.name}: ${STANDING[standingOf(row)]}`];
  if (row.sign_offs.length > 0) said.push("Something is signed off");
  if (row.overdue > 0) said.push(STALE);
  return `${said.join(". ")}.`;
}
