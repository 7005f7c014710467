// One endpoint: where it is, what it is told, what can be done with it, what it was told.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { dayAndTime } from "../../shared/format";
import type { DeliveryView, EndpointView } from "../../shared/protocol/types";
import { Dialog } from "../../shared/ui/Dialog";
import { Icon } from "../../shared/ui/Icon";
import type { Act } from "./acts";
import {
  actsOf,
  canResend,
  detailOf,
  endpointTag,
  factsOf,
  hostOf,
  reasonWords,
  type Tag,
  tagOf,
  topicWords,
} from "./words";

interface EndpointProps {
  readonly endpoint: EndpointView;
  /** There is no room for another active webhook, and this is one. */
  readonly full: boolean;
  readonly onAct: (what: Act, words: string) => void;
  readonly onResend: (messageId: string) => void;
}

export function Endpoint(props: EndpointProps): JSX.Element {
  const { endpoint, onResend } = props;
  const title = `endpoint-${endpoint.endpoint_id}`;
  return (
    <section class="endpoint" aria-labelledby={title} data-testid="endpoint">
      <div class="endpoint-head">
        <h2 id={title}>{hostOf(endpoint.url)}</h2>
        <TagLine tag={endpointTag(endpoint)} />
      </div>
      <p class="endpoint-url gf-small">{endpoint.url}</p>
      <p class="gf-small gf-muted endpoint-facts">{factsOf(endpoint)}</p>
      {endpoint.public_keys.map((each) => (
        <p key={each} class="endpoint-url gf-small">
          Public key: {each}
        </p>
      ))}
      {endpoint.state === "disabled" && (
        <p class="gf-small">
          {reasonWords(endpoint.reason)} Nothing is kept for it until it is enabled; what was
          given up can be sent again then.
        </p>
      )}
      <Acts {...props} />
      <Messages endpoint={endpoint} onResend={onResend} />
    </section>
  );
}

function Acts({ endpoint, full, onAct }: EndpointProps): JSX.Element {
  const asked = useSignal<"disable" | "secret" | null>(null);
  const host = hostOf(endpoint.url);
  const pinged = endpoint.deliveries.some(
    (each) => each.topic === "ping" && (each.state === "waiting" || each.state === "sending"),
  );
  const acts = actsOf(endpoint);
  if (acts.includes("enable")) {
    return (
      <div class="endpoint-acts">
        <button
          type="button"
          class="secondary"
          data-testid="endpoint-enable"
          aria-label={`Enable ${host}`}
          disabled={full}
          onClick={() => onAct("enable", "Enabled")}
        >
          Enable
        </button>
      </div>
    );
  }
  return (
    <div class="endpoint-acts">
      {acts.includes("ping") && (
        <button
          type="button"
          class="secondary"
          data-testid="endpoint-ping"
          aria-label={`Send a test message to ${host}`}
          disabled={pinged}
          onClick={() => onAct("ping", "The test message is on its way")}
        >
          Send a test message
        </button>
      )}
      {acts.includes("secret") && (
        <button
          type="button"
          class="secondary"
          data-testid="endpoint-secret"
          aria-label={`New secret for ${host}`}
          onClick={() => {
            asked.value = "secret";
          }}
        >
          New secret
        </button>
      )}
      <button
        type="button"
        class="secondary"
        data-testid="endpoint-disable"
        aria-label={`Disable ${host}`}
        onClick={() => {
          asked.value = "disable";
        }}
      >
        Disable
      </button>
      <Sure
        what={asked.value}
        host={host}
        onClose={() => {
          asked.value = null;
        }}
        onYes={(what) => {
          asked.value = null;
          onAct(what, what === "disable" ? "Disabled" : "There is a new secret");
        }}
      />
    </div>
  );
}

function Sure(props: {
  what: "disable" | "secret" | null;
  host: string;
  onClose: () => void;
  onYes: (what: "disable" | "secret") => void;
}): JSX.Element {
  const { what, host, onClose, onYes } = props;
  const disabling = what === "disable";
  return (
    <Dialog
      open={what !== null}
      title={disabling ? `Disable ${host}?` : `A new secret for ${host}?`}
      onClose={onClose}
      testId="endpoint-sure"
      actions={
        <>
          <button type="button" class="secondary" onClick={onClose}>
            Cancel
          </button>
          <button
            type="button"
            data-testid="endpoint-yes"
            onClick={() => what !== null && onYes(what)}
          >
            {disabling ? "Disable" : "Make a new secret"}
          </button>
        </>
      }
    >
      <p>
        {disabling
          ? "Nothing more is sent there. What waits is given up, and what happens meanwhile is not kept for it."
          : "It is shown once. For a day messages are signed with both, so that the receiver can change over. A secret older than the present one stops working at once."}
      </p>
    </Dialog>
  );
}

function Messages(props: {
  endpoint: EndpointView;
  onResend: (messageId: string) => void;
}): JSX.Element {
  const { endpoint, onResend } = props;
  if (endpoint.deliveries.length === 0) {
    return <p class="gf-small gf-muted">Nothing was sent yet.</p>;
  }
  return (
    <ul class="exams messages" aria-label={`Messages to ${hostOf(endpoint.url)}, newest first`}>
      {endpoint.deliveries.map((each) => (
        <li key={each.message_id} class="message" data-testid={`message-${each.topic}`}>
          <Message one={each} />
          {canResend(endpoint, each) && (
            <button
              type="button"
              class="quiet"
              data-testid="message-resend"
              aria-label={`Send again: ${topicWords(each.topic)}, ${dayAndTime(each.created_at_ms)}`}
              onClick={() => onResend(each.message_id)}
            >
              <Icon name="refresh" />
              Send again
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function Message({ one }: { one: DeliveryView }): JSX.Element {
  const detail = detailOf(one);
  return (
    <>
      <span class="message-what">
        <strong>{topicWords(one.topic)}</strong>
        <span class="gf-small gf-muted">
          {dayAndTime(one.created_at_ms)}
          {one.encounter_id !== null && `, encounter ${one.encounter_id.slice(0, 8)}`}
        </span>
      </span>
      <span class="message-how">
        <TagLine tag={tagOf(one)} />
        {detail !== "" && <span class="gf-small gf-muted">{detail}</span>}
      </span>
    </>
  );
}

function TagLine({ tag }: { tag: Tag }): JSX.Element {
  return (
    <span class={`standing standing-${tag.tone}`} data-standing={tag.key}>
      <Icon name={tag.icon} />
      {tag.words}
    </span>
  );
}
