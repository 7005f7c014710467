// A copy of the log's checkpoint to keep: for spas without a system that is told them.

import type { JSX } from "preact";
import { Icon } from "../../shared/ui/Icon";
import { CHECKPOINT, checkpointFile } from "./words";

export function Checkpoint(props: { now: Date }): JSX.Element {
  return (
    <section aria-labelledby="checkpoint-title">
      <h2 id="checkpoint-title">Checkpoint of the log</h2>
      <p class="gf-muted protocols-about">
        It is the log's signed word on every record so far, and has nothing of a patient in it.
        Keep one now and then, away from here. Should you doubt a record later, have the network
        export it with <code>--since</code> and your file: then{" "}
        <code>goodfaith chart verify RECORD --since CHECKPOINT</code> shows whether anything was
        rewritten or set back since that day.
      </p>
      <a
        class="gf-button"
        href={CHECKPOINT}
        download={checkpointFile(props.now)}
        data-testid="checkpoint-download"
      >
        <Icon name="download" />
        Download today's checkpoint
      </a>
    </section>
  );
}
