// The part of the account page that lists where somebody is signed in, and ends it.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { type ApiError, api, asApiError } from "../http";
import type { SessionsView } from "../protocol/types";
import { ErrorBox } from "../ui/ErrorBox";
import { linesOf, type SessionLine } from "./sessions";

export interface SessionsProps {
  /** Of the page's API, for example `/api/v1/console`. */
  readonly base: string;
  /** The session of this page was ended here. */
  readonly onOwnEnded: () => void;
}

export function Sessions({ base, onOwnEnded }: SessionsProps): JSX.Element {
  const view = useSignal<SessionsView | null>(null);
  const error = useSignal<ApiError | null>(null);
  const busy = useSignal(false);

  async function ask(answer: () => Promise<SessionsView>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    error.value = null;
    try {
      view.value = await answer();
    } catch (thrown) {
      error.value = asApiError(thrown);
    } finally {
      busy.value = false;
    }
  }

  const look = () => ask(() => api<SessionsView>("GET", `${base}/sessions`));
  const endOthers = () => ask(() => api<SessionsView>("POST", `${base}/sessions/end-others`));
  async function end(line: SessionLine): Promise<void> {
    await ask(() => api<SessionsView>("DELETE", `${base}/sessions/${line.id}`));
    if (line.here && error.value === null) onOwnEnded();
  }

  useEffect(() => void look(), [base]);
  const lines = linesOf(view.value?.sessions ?? [], Date.now());
  return (
    <section aria-labelledby="own-sessions" data-testid="own-sessions">
      <h2 id="own-sessions">Where you are signed in</h2>
      <ErrorBox error={error.value} onRetry={() => void look()} />
      <ul class="gf-sessions">
        {lines.map((line) => (
          <SessionItem key={line.id} line={line} busy={busy.value} onEnd={end} />
        ))}
      </ul>
      {lines.length > 1 && (
        <button
          type="button"
          class="secondary"
          aria-disabled={busy.value}
          data-testid="end-other-sessions"
          onClick={() => void endOthers()}
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
