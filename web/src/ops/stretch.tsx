// The figures of a day or of some days, each with its definition.

import type { JSX } from "preact";
import { seconds } from "../shared/format";
import type { OpsStretch } from "../shared/protocol/types";
import type { Defined } from "./definitions";
import { Figure } from "./figure";
import { percent } from "./state";

type Row = readonly [Defined, string, string, string?];

export function StretchFigures(props: { of: OpsStretch }): JSX.Element {
  return (
    <>
      <Group title="Connect time" rows={connectRows(props.of)} />
      <Group title="Queue wait" rows={waitRows(props.of)} />
      <Group title="Service" rows={serviceRows(props.of)} />
      <Group title="Patients and offers" rows={countRows(props.of)} />
    </>
  );
}

function Group(props: { title: string; rows: readonly Row[] }): JSX.Element {
  return (
    <section class="figure-group">
      <h3>{props.title}</h3>
      <dl class="figures">
        {props.rows.map(([of, name, value, note]) => (
          <Figure
            key={of}
            of={of}
            name={name}
            value={value}
            {...(note === undefined ? {} : { note })}
          />
        ))}
      </dl>
    </section>
  );
}

function connectRows(one: OpsStretch): Row[] {
  const inTime = one.connected === 0 ? null : one.connected_in_time / one.connected;
  return [
    ["connectMean", "Mean", seconds(one.connect.mean_ms)],
    ["connectP50", "Median", seconds(one.connect.p50_ms)],
    ["connectP90", "90 %", seconds(one.connect.p90_ms)],
    ["connectP95", "95 %", seconds(one.connect.p95_ms)],
    ["connectedInTime", "Within 31 s", percent(inTime)],
  ];
}

function waitRows(one: OpsStretch): Row[] {
  return [
    ["waitMean", "Mean", seconds(one.wait.mean_ms)],
    ["waitP50", "Median", seconds(one.wait.p50_ms)],
    ["waitP90", "90 %", seconds(one.wait.p90_ms)],
    ["waitP95", "95 %", seconds(one.wait.p95_ms)],
  ];
}

function serviceRows(one: OpsStretch): Row[] {
  return [
    ["levelStrict", "Service level", percent(one.level_strict)],
    ["levelLenient", "Without short stays", percent(one.level_lenient)],
    ["abandoned", "Left", String(one.abandoned), percent(one.abandonment)],
    ["occupancy", "Occupancy", percent(one.occupancy)],
  ];
}

function countRows(one: OpsStretch): Row[] {
  const missed = one.offers === 0 ? null : one.offers_missed / one.offers;
  return [
    ["arrived", "Ready", String(one.arrived)],
    ["answered", "Accepted", String(one.answered)],
    ["connected", "Connected", String(one.connected)],
    ["signed", "Signed", String(one.signed)],
    ["offers", "Offers", String(one.offers)],
    ["missed", "Missed", String(one.offers_missed), percent(missed)],
  ];
}
