// The part of the account page that lists where somebody is signed in, and ends it.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ErrorBox } from "../ui/ErrorBox";
import { linesOf, type SessionLine } from "./sessions";
import { SessionsDesk } from "./sessions-desk";

export interface SessionsProps {
  /** Of the page's API, for example `/api/v1/console`. */
  readonly base: string;
  /** The session of this page was ended here. */
  readonly onOwnEnded: () => void;
}

export function Sessions({ base, onOwnEnded }: SessionsProps): JSX.Element {
  const [desk] = useState(() => new SessionsDesk(base));
  useEffect(() => void desk.look(), [desk]);
  async function end(line: SessionLine): Promise<void> {
    if ((await desk.end(line.id)) && line.here) onOwnEnded();
  }

  const lines = linesOf(desk.view.value?.sessions ?? [], Date.now());
  return (
    <section aria-labelledby="own-sessions" data-testid="own-sessions">
      <h2 id="own-sessions">Where you are signed in</h2>
      <ErrorBox error={desk.error.value} onRetry={() => void desk.look()} />
      <ul class="gf-sessions">
        {lines.map((line) => (
          <SessionItem key={line.id} line={line} busy={desk.busy.value} onEnd={end} />
        ))}
      </ul>
      {lines.length > 1 && (
        <button
          type="button"
          class="secondary"
          aria-disabled={desk.busy.value}
          data-testid="end-other-sessions"
          onClick={() => void desk.endOthers()}
        >
          Sign out everywhere else
        </button>
      )}
    </section>
  );
}

function SessionItem(props: {
  line: SessionLine;
  busy: boolean;
  onEnd: (line: SessionLine) => Promise<void>;
}): JSX.Element {
  const { line, busy, onEnd } = props;
  return (
    <li data-testid="own-session" data-here={line.here}>
      <strong>{line.where}</strong>
      <span class="gf-muted gf-small">
        {" "}
        {line.used}. Signed in {line.signedIn}.
      </span>{" "}
      <button
        type="button"
        class="quiet"
        aria-disabled={busy}
        aria-label={`Sign out of ${line.where}, ${line.used}`}
        data-testid="end-session"
        onClick={() => void onEnd(line)}
      >
        Sign out
      </button>
    </li>
  );
}
