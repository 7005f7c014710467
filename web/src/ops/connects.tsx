// The calls that connected last, as words with a bar beside them: the bar adds nothing that the
// number does not say.

import type { JSX } from "preact";
import { clockSeconds, seconds } from "../shared/format";
import type { OpsConnect } from "../shared/protocol/types";
import { Term } from "./figure";
import { barLength, recent, scaleMs, TARGET_MS } from "./state";

const SHOWN = 12;
const WIDTH = 100;

export function Connects(props: { connects: readonly OpsConnect[] }): JSX.Element {
  const shown = recent(props.connects, SHOWN);
  return (
    <section aria-labelledby="connects-title">
      <h2 id="connects-title">
        <Term of="meanConnect">Latest connect times</Term>
      </h2>
      {shown.length === 0 ? (
        <p class="gf-muted">No call has connected today.</p>
      ) : (
        <>
          <ol class="connects">
            {shown.map((each) => (
              <Connect key={each.encounter_id} one={each} all={shown} />
            ))}
          </ol>
          <p class="gf-small gf-muted">
            Bars end at {seconds(scaleMs(shown))}; the line in them is the target, 31 s.
          </p>
        </>
      )}
    </section>
  );
}

function Connect(props: { one: OpsConnect; all: readonly OpsConnect[] }): JSX.Element {
  const { one, all } = props;
  const late = one.connect_ms > TARGET_MS;
  const target = barLength(TARGET_MS, all) * WIDTH;
  return (
    <li>
      <span>
        {clockSeconds(one.accepted_at_ms)} {one.jurisdiction}
      </span>
      <svg
        class={late ? "bar bar-late" : "bar"}
        viewBox={`0 0 ${WIDTH} 10`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <rect class="bar-room" width={WIDTH} height="10" />
        <rect class="bar-fill" width={barLength(one.connect_ms, all) * WIDTH} height="10" />
        <line class="bar-target" x1={target} x2={target} y1="0" y2="10" />
      </svg>
      <span class="connect-number">
        {seconds(one.connect_ms)}
        {late && <span class="visually-hidden">, above the target</span>}
      </span>
    </li>
  );
}
