// The three answers of the first screen: how fast today, who waits longest, where is nobody.

import type { JSX } from "preact";
import { seconds, span } from "../shared/format";
import type { OpsSync } from "../shared/protocol/types";
import { Icon } from "../shared/ui/Icon";
import { Notice } from "../shared/ui/Notice";
import { DEFINITIONS } from "./definitions";
import { Figure, Term } from "./figure";
import { oldestWait, TARGET_MS, uncovered } from "./state";

export function Headline(props: { sync: OpsSync; now: number }): JSX.Element {
  const { sync, now } = props;
  const bare = uncovered(sync.waiting);
  const oldest = oldestWait(sync.waiting, now);
  return (
    <section class="headline" aria-label="Now">
      {bare.length > 0 && (
        <Notice tone="error" live="assertive" testId="ops-uncovered">
          <p>
            <strong>Nobody on duty is licensed</strong> for patients who wait in{" "}
            {bare.join(", ")}.
          </p>
        </Notice>
      )}
      <div class="headline-row">
        <MeanConnect sync={sync} />
        <dl class="headline-side">
          <Figure
            of="oldestWait"
            name="Oldest wait"
            value={oldest === null ? "Nobody waits" : span(oldest)}
            {...(oldest !== null && oldest > TARGET_MS ? { note: "longer than 31 s" } : {})}
          />
          <Figure of="waitingNow" name="Waiting now" value={String(sync.waiting.length)} />
        </dl>
      </div>
    </section>
  );
}

function MeanConnect(props: { sync: OpsSync }): JSX.Element {
  const { mean_connect_ms: mean } = props.sync.today;
  return (
    <div class="mean">
      <h2>
        <Term of="meanConnect">Mean connect time today</Term>
      </h2>
      <p class="mean-number" data-testid="ops-mean-connect">
        {mean === null ? "–" : seconds(mean)}
      </p>
      <p class="mean-target">{against(mean)}</p>
      <p class="gf-small gf-muted mean-words">{DEFINITIONS.meanConnect}</p>
    </div>
  );
}

function against(mean: number | null): JSX.Element {
  if (mean === null) return <span>No call has connected today. The target is 31 s.</span>;
  const off = mean - TARGET_MS;
  return off <= 0 ? (
    <span class="within">
      <Icon name="check" /> {seconds(-off)} below the target of 31 s
    </span>
  ) : (
    <span class="beyond">
      <Icon name="warning" /> {seconds(off)} above the target of 31 s
    </span>
  );
}
