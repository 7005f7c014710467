// What the spa's own systems are told, and what became of it. For managers.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { type ApiError, api, asApiError } from "../../shared/http";
import type { DeliveriesView, NewSecretView } from "../../shared/protocol/types";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { Icon } from "../../shared/ui/Icon";
import { LiveRegion } from "../../shared/ui/Notice";
import { type Act, API } from "./acts";
import { AddDialog } from "./add-dialog";
import { Checkpoint } from "./checkpoint";
import { Endpoint } from "./endpoint";
import { SecretDialog } from "./secret-dialog";
import { hostOf, isFull } from "./words";

const REFRESH_MS = 3_000;

export function DeliveriesPage(): JSX.Element {
  const view = useSignal<DeliveriesView | null>(null);
  const error = useSignal<ApiError | null>(null);
  const secret = useSignal<NewSecretView | null>(null);
  const adding = useSignal(false);
  const said = useSignal("");

  async function load(): Promise<void> {
    try {
      view.value = await api<DeliveriesView>("GET", API);
      error.value = null;
    } catch (thrown) {
      error.value = asApiError(thrown);
    }
  }
  useEffect(() => {
    void load();
    const timer = setInterval(() => {
      if (document.visibilityState === "visible" && error.value === null) void load();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, []);

  async function act(endpointId: string, what: Act, words: string): Promise<void> {
    error.value = null;
    said.value = "";
    const path = `${API}/${encodeURIComponent(endpointId)}/${what}`;
    try {
      if (what === "secret") {
        took(await api<NewSecretView>("POST", path));
      } else {
        view.value = await api<DeliveriesView>("POST", path);
      }
      said.value = words;
    } catch (thrown) {
      error.value = asApiError(thrown);
    }
  }

  async function resend(endpointId: string, messageId: string): Promise<void> {
    error.value = null;
    said.value = "";
    const path = `${API}/${encodeURIComponent(endpointId)}/resend`;
    try {
      view.value = await api<DeliveriesView>("POST", path, { message_id: messageId });
      said.value = "It is sent again";
    } catch (thrown) {
      error.value = asApiError(thrown);
    }
  }

  function took(fresh: NewSecretView): void {
    adding.value = false;
    view.value = fresh.page;
    secret.value = fresh;
  }

  const full = view.value === null || isFull(view.value);
  const charts = view.value?.endpoints.some((each) => each.channel === "emr") ?? false;
  return (
    <>
      <div class="portal-head">
        <h1>Deliveries</h1>
        <button
          type="button"
          data-testid="endpoint-add"
          disabled={full}
          onClick={() => {
            adding.value = true;
          }}
        >
          <Icon name="plus" />
          New endpoint
        </button>
      </div>
      <p class="gf-muted protocols-about">
        Your own systems can be told when something happens. A message says what happened and to
        which encounter, never anything of the patient. It is signed, tried again for three days
        until it is taken, and in order for each encounter.
        {charts && " A record system gets the signed charts themselves."}
      </p>
      <ErrorBox error={error.value} onRetry={() => void load()} />
      <LiveRegion text={said.value} />
      {view.value === null && error.value === null && <p class="gf-muted">Reading</p>}
      {view.value?.endpoints.length === 0 && (
        <p class="portal-empty">No endpoint yet: nobody is told anything.</p>
      )}
      {view.value?.endpoints.map((each) => (
        <Endpoint
          key={each.endpoint_id}
          endpoint={each}
          full={full && each.channel === "webhook"}
          onAct={(what, words) => void act(each.endpoint_id, what, words)}
          onResend={(messageId) => void resend(each.endpoint_id, messageId)}
        />
      ))}
      <Checkpoint now={new Date()} />
      <AddDialog open={adding} onMade={took} />
      <SecretDialog
        secret={secret}
        host={hostOf(
          view.value?.endpoints.find((each) => each.endpoint_id === secret.value?.endpoint_id)
            ?.url ?? "",
        )}
      />
    </>
  );
}
