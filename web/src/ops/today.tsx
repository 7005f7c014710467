// Today's figures, each with its definition.

import type { JSX } from "preact";
import { seconds } from "../shared/format";
import type { OpsToday } from "../shared/protocol/types";
import { Figure } from "./figure";
import { abandonment } from "./state";

export function Today(props: { today: OpsToday }): JSX.Element {
  const { today } = props;
  const share = abandonment(today.answered, today.abandoned);
  return (
    <section aria-labelledby="today-title">
      <h2 id="today-title">Today</h2>
      <dl class="figures">
        <Figure of="connected" name="Connected calls" value={String(today.connected)} />
        <Figure of="p50" name="Connect time, median" value={seconds(today.p50_connect_ms)} />
        <Figure of="p90" name="Connect time, 90 %" value={seconds(today.p90_connect_ms)} />
        <Figure
          of="queueWait"
          name="Mean queue wait"
          value={seconds(today.mean_queue_wait_ms)}
        />
        <Figure of="answered" name="Accepted" value={String(today.answered)} />
        <Figure
          of="abandoned"
          name="Left before an answer"
          value={String(today.abandoned)}
          {...(share === null ? {} : { note: `${(share * 100).toFixed(1)} %` })}
        />
        <Figure of="signed" name="Signed" value={String(today.signed)} />
        <Figure of="offers" name="Offers" value={String(today.offers)} />
        <Figure of="missed" name="Offers missed" value={String(today.offers_missed)} />
      </dl>
    </section>
  );
}
