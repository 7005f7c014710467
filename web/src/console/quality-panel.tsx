// How well the call goes, for the practitioner: two words, a sentence when it is weak, and the
// figures behind a disclosure.

import type { JSX } from "preact";
import type { CallQuality } from "../shared/rtc/call-quality";
import type { Rung } from "../shared/rtc/ladder";
import { detailsOf, type Weakness, weaknessOf } from "../shared/rtc/quality-words";
import { QualityMeter } from "../shared/ui/QualityMeter";
import type { CallDesk } from "./call-desk";
import "./quality-panel.css";

const SENTENCES: Readonly<Record<Weakness, string>> = {
  sent: "The connection from you to the patient is weak: they may not see or hear you well.",
  sentSmaller:
    "The connection from you to the patient is weak; they get a smaller picture for now.",
  received:
    "The connection from the patient is weak; the picture may be smaller or stop for a moment.",
  both: "The connection is weak both ways; the pictures may be smaller or stop for a moment.",
};

const STEPS: Readonly<Record<Rung, string>> = {
  full: "whole picture",
  lower_resolution: "smaller picture",
  lower_rate: "smaller picture, fewer a second",
  audio_only: "no picture",
};

export function QualityPanel(props: { call: CallDesk }): JSX.Element {
  const quality = props.call.quality.shown.value;
  const weak = weaknessOf(quality);
  return (
    <div class="call-quality">
      <QualityMeter quality={quality} you="You" them="Patient" />
      {/* Always there, so that a change of its words is announced. */}
      <p role="status" data-testid="quality-sentence">
        {weak !== null && SENTENCES[weak]}
      </p>
      <details>
        <summary>Details of the connection</summary>
        <Figures quality={quality} />
      </details>
    </div>
  );
}

function Figures({ quality }: { quality: CallQuality }): JSX.Element {
  const to = detailsOf(quality.sent);
  const from = detailsOf(quality.received);
  const rows: readonly (readonly [string, string | null, string | null])[] = [
    ["Lost sound", to.loss, from.loss],
    ["Round trip", to.roundTrip, from.roundTrip],
    ["Jitter", to.jitter, from.jitter],
    ["Picture", to.picture, from.picture],
  ];
  return (
    <>
      <table data-testid="quality-figures">
        <thead>
          <tr>
            <td />
            <th scope="col">To the patient</th>
            <th scope="col">From the patient</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, sent, received]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{sent ?? "–"}</td>
              <td>{received ?? "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="gf-muted gf-small">You send: {STEPS[quality.ladder.rung]}.</p>
    </>
  );
}
