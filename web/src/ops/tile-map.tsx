// Coverage of the 51 jurisdictions as tiles, or as a table. One tab stop: arrow keys go from tile
// to tile. What a tile's colour says, its word and the pattern of its edge say too.

import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { span } from "../shared/format";
import { JURISDICTIONS } from "../shared/jurisdictions";
import type { OpsSync, OpsTile } from "../shared/protocol/types";
import { type Limits, limitsOf, waitOf } from "./state";
import { coverage, neighbour, ORDER, SENTENCE, SQUARES, type Step, WORD } from "./tiles";

const NAMES = new Map(JURISDICTIONS.map((one) => [one.code, one.name]));
const KEYS: Readonly<Record<string, Step>> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
  Home: "first",
  End: "last",
};

interface Shown {
  readonly tiles: ReadonlyMap<string, OpsTile>;
  readonly now: number;
  readonly limits: Limits;
}

export function TileMap(props: { sync: OpsSync; now: number }): JSX.Element {
  const [asTable, setAsTable] = useState(false);
  const shown: Shown = {
    tiles: new Map(props.sync.now.tiles.map((one) => [one.jurisdiction, one])),
    now: props.now,
    limits: limitsOf(props.sync),
  };
  return (
    <section aria-labelledby="tiles-title">
      <div class="gf-row gf-spread">
        <h2 id="tiles-title">Coverage by jurisdiction</h2>
        <button
          type="button"
          class="quiet"
          aria-pressed={asTable}
          data-testid="tiles-as-table"
          onClick={() => setAsTable(!asTable)}
        >
          Show as a table
        </button>
      </div>
      {asTable ? <TileTable shown={shown} /> : <Tiles shown={shown} />}
    </section>
  );
}

function Tiles(props: { shown: Shown }): JSX.Element {
  const { shown } = props;
  const [current, setCurrent] = useState<string | null>(null);
  const squares = useRef(new Map<string, HTMLButtonElement>());
  const stop = current ?? SQUARES[0]?.code;
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = KEYS[event.key];
    if (step === undefined || stop === undefined) return;
    event.preventDefault();
    squares.current.get(neighbour(stop, step))?.focus();
  };
  return (
    <div class="tiles-area">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the buttons inside */}
      <div class="tiles" onKeyDown={onKeyDown}>
        {SQUARES.map((square) => {
          const tile = shown.tiles.get(square.code);
          if (tile === undefined) return null;
          const stands = coverage(tile, shown.now, shown.limits);
          return (
            <button
              key={square.code}
              ref={(made) => {
                if (made !== null) squares.current.set(square.code, made);
              }}
              type="button"
              class={`tile tile-${stands} tile-r${square.row} tile-c${square.column}`}
              tabIndex={square.code === stop ? 0 : -1}
              aria-pressed={square.code === current}
              data-testid={`tile-${square.code}`}
              data-coverage={stands}
              onFocus={() => setCurrent(square.code)}
              onPointerEnter={() => setCurrent(square.code)}
              onClick={() => setCurrent(square.code)}
            >
              <strong>{square.code}</strong>
              <span class="tile-figures">
                {tile.waiting > 0
                  ? `${tile.waiting}\u2009|\u2009${tile.on_duty}`
                  : tile.on_duty}
              </span>
              <span class="tile-word">{WORD[stands]}</span>
              <span class="visually-hidden">{labelOf(tile, shown)}</span>
            </button>
          );
        })}
      </div>
      <Details tile={shown.tiles.get(current ?? "")} shown={shown} />
    </div>
  );
}

function labelOf(tile: OpsTile, shown: Shown): string {
  const stands = coverage(tile, shown.now, shown.limits);
  const name = NAMES.get(tile.jurisdiction) ?? tile.jurisdiction;
  return `${name}: ${tile.waiting} waiting, ${tile.on_duty} on duty, ${tile.idle} free. ${SENTENCE[stands]}`;
}

function Details(props: { tile: OpsTile | undefined; shown: Shown }): JSX.Element {
  const { tile, shown } = props;
  return (
    <div class="tile-details" data-testid="tile-details">
      {tile === undefined ? (
        <>
          <p class="gf-muted gf-small">
            Each tile: who waits | who is on duty and licensed there. Point at one, or reach it
            with the arrow keys.
          </p>
          <Legend />
        </>
      ) : (
        <>
          <h3>{NAMES.get(tile.jurisdiction) ?? tile.jurisdiction}</h3>
          <p>{SENTENCE[coverage(tile, shown.now, shown.limits)]}.</p>
          <dl class="tile-facts">
            {factsOf(tile, shown.now).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </div>
  );
}

function factsOf(tile: OpsTile, now: number): [string, string][] {
  const oldest = tile.oldest_ready_at_ms;
  return [
    ["Waiting", String(tile.waiting)],
    ["Oldest wait", oldest === null ? "–" : span(waitOf(oldest, now))],
    ["With nobody on duty for them", String(tile.uncovered)],
    ["On duty", String(tile.on_duty)],
    ["Free", String(tile.idle)],
    ["Licensed in the network", String(tile.licensed)],
  ];
}

function Legend(): JSX.Element {
  return (
    <ul class="plain-list legend">
      {ORDER.map((one) => (
        <li key={one}>
          <span class={`tile-sample tile-${one}`} aria-hidden="true" />
          <span>
            <strong>{WORD[one]}</strong> {SENTENCE[one].toLowerCase()}
          </span>
        </li>
      ))}
    </ul>
  );
}

function TileTable(props: { shown: Shown }): JSX.Element {
  const { shown } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="ops-scroll" tabIndex={0} aria-label="Table of jurisdictions">
      <table class="ops-table">
        <thead>
          <tr>
            {["Jurisdiction", "How it stands", "Waiting", "Oldest wait", "On duty", "Free"].map(
              (name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ),
            )}
            <th scope="col">Licensed</th>
          </tr>
        </thead>
        <tbody>
          {[...shown.tiles.values()].map((tile) => (
            <tr key={tile.jurisdiction}>
              <th scope="row">{tile.jurisdiction}</th>
              <td>{WORD[coverage(tile, shown.now, shown.limits)]}</td>
              <td>{tile.waiting}</td>
              <td>
                {tile.oldest_ready_at_ms === null
                  ? "–"
                  : span(waitOf(tile.oldest_ready_at_ms, shown.now))}
              </td>
              <td>{tile.on_duty}</td>
              <td>{tile.idle}</td>
              <td>{tile.licensed}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
