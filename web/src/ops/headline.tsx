// The first answers: how fast today, who waits longest, where is nobody.

import type { JSX } from "preact";
import { seconds, span } from "../shared/format";
import type { OpsSync } from "../shared/protocol/types";
import { Icon } from "../shared/ui/Icon";
import { Notice } from "../shared/ui/Notice";
import { Figure, Term } from "./figure";
import { limitsOf, uncovered, waitOf } from "./state";

export function Headline(props: { sync: OpsSync; now: number }): JSX.Element {
  const { sync, now } = props;
  const bare = uncovered(sync.now.tiles);
  return (
    <section class="headline" aria-label="Now">
      {bare.length > 0 && (
        <Notice tone="error" live="assertive" testId="ops-uncovered">
          <p>
            <strong>Nobody on duty may see</strong> patients who wait in {bare.join(", ")}.
          </p>
        </Notice>
      )}
      <div class="headline-row">
        <MeanConnect sync={sync} />
        <dl class="headline-side">
          <OldestWait sync={sync} now={now} />
          <Figure
            of="waitingNow"
            name="Waiting now"
            value={String(sync.now.waiting_total)}
            testId="ops-waiting-total"
          />
          <Figure
            of="levelStrict"
            name="Answered within 31 s today"
            value={share(sync.today.whole.level_strict)}
          />
        </dl>
      </div>
    </section>
  );
}

function OldestWait(props: { sync: OpsSync; now: number }): JSX.Element {
  const { sync, now } = props;
  const since = sync.now.oldest_ready_at_ms;
  if (since === null) return <Figure of="oldestWait" name="Oldest wait" value="Nobody waits" />;
  const waited = waitOf(since, now);
  const { targetMs, alertMs } = limitsOf(sync);
  const note =
    waited > alertMs
      ? "too long"
      : waited > targetMs
        ? `longer than ${targetMs / 1_000} s`
        : null;
  return (
    <Figure
      of="oldestWait"
      name="Oldest wait"
      value={span(waited)}
      {...(note === null ? {} : { note })}
    />
  );
}

function MeanConnect(props: { sync: OpsSync }): JSX.Element {
  const { mean_ms: mean } = props.sync.today.whole.connect;
  return (
    <div class="mean">
      <h2>
        <Term of="meanConnect">Mean connect time today</Term>
      </h2>
      <p class="mean-number" data-testid="ops-mean-connect">
        {mean === null ? "–" : seconds(mean)}
      </p>
      <p class="mean-target">{against(mean, props.sync.target_ms)}</p>
    </div>
  );
}

function against(mean: number | null, target: number): JSX.Element {
  const goal = `the target of ${target / 1_000} s`;
  if (mean === null) return <span>No call has connected today.</span>;
  const off = mean - target;
  return off <= 0 ? (
    <span class="within">
      <Icon name="check" /> {seconds(-off)} below {goal}
    </span>
  ) : (
    <span class="beyond">
      <Icon name="warning" /> {seconds(off)} above {goal}
    </span>
  );
}

function share(value: number | null): string {
  return value === null ? "–" : `${Math.round(value * 100)} %`;
}
