// Has the server write the link to the patient, and says how far earlier messages are.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { dayAndTime } from "../shared/format";
import { type ApiError, api, asApiError } from "../shared/http";
import type { LinkView, SentMessageView, WayView } from "../shared/protocol/types";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { Notice } from "../shared/ui/Notice";
import { howFar, KINDS, WAYS } from "./messages";

export function SendLink(props: {
  encounterId: string;
  ways: readonly WayView[];
  onSent: (link: LinkView) => void;
}): JSX.Element | null {
  const { encounterId, ways, onSent } = props;
  const sending = useSignal(false);
  const sent = useSignal<WayView | null>(null);
  const error = useSignal<ApiError | null>(null);
  if (ways.length === 0) return null;

  async function send(way: WayView): Promise<void> {
    sending.value = true;
    error.value = null;
    try {
      const path = `/api/v1/portal/encounters/${encounterId}/message`;
      const fresh = await api<LinkView>("POST", path, { channel: way.channel });
      sent.value = way;
      onSent(fresh);
    } catch (thrown) {
      error.value = asApiError(thrown);
    } finally {
      sending.value = false;
    }
  }

  return (
    <section class="send-link" aria-label="Write to the patient">
      <ErrorBox error={error.value} />
      {sent.value !== null && (
        <Notice tone="ok" live="polite">
          <p data-testid="link-sent">
            A new link is on its way to {sent.value.to}. Earlier links have stopped.
          </p>
        </Notice>
      )}
      <div class="gf-row">
        {ways.map((way) => (
          <button
            key={way.channel}
            type="button"
            class="secondary"
            data-testid={`send-${way.channel}`}
            disabled={sending.value}
            onClick={() => void send(way)}
          >
            {WAYS[way.channel]} {way.to}
          </button>
        ))}
      </div>
    </section>
  );
}

export function SentMessages(props: {
  messages: readonly SentMessageView[];
}): JSX.Element | null {
  if (props.messages.length === 0) return null;
  return (
    <section aria-labelledby="detail-messages">
      <h3 id="detail-messages">Written to the patient</h3>
      <ul data-testid="detail-messages">
        {props.messages.map((each) => (
          <li key={each.sent_at_ms}>
            {KINDS[each.kind]}, {each.channel === "email" ? "e-mail" : "text message"},{" "}
            {dayAndTime(each.sent_at_ms)}: <strong>{howFar(each)}</strong>
          </li>
        ))}
      </ul>
    </section>
  );
}
