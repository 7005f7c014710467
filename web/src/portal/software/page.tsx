// What signs in for the spa by itself: its software, their keys, and tokens that last. For
// managers.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { dayAndTime } from "../../shared/format";
import { type ApiError, api, asApiError, type Method } from "../../shared/http";
import type { LastingTokenView, SoftwarePageView } from "../../shared/protocol/types";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { Icon } from "../../shared/ui/Icon";
import { LiveRegion } from "../../shared/ui/Notice";
import { AddDialog } from "./add-dialog";
import { KeyDialog } from "./key-dialog";
import { OneSoftware } from "./one";
import { API } from "./place";
import { isFull, mayDo } from "./words";

export function SoftwarePage(): JSX.Element {
  const view = useSignal<SoftwarePageView | null>(null);
  const error = useSignal<ApiError | null>(null);
  const adding = useSignal(false);
  const keyFor = useSignal<string | null>(null);
  const said = useSignal("");

  async function ask(method: Method, path: string, words: string): Promise<void> {
    error.value = null;
    said.value = "";
    try {
      view.value = await api<SoftwarePageView>(method, `${API}${path}`);
      said.value = words;
    } catch (thrown) {
      error.value = asApiError(thrown);
    }
  }
  useEffect(() => void ask("GET", "", ""), []);

  function took(fresh: SoftwarePageView): void {
    adding.value = false;
    keyFor.value = null;
    error.value = null;
    view.value = fresh;
  }

  const page = view.value;
  return (
    <>
      <div class="portal-head">
        <h1>Software</h1>
        <button
          type="button"
          data-testid="software-add"
          disabled={page === null || isFull(page)}
          onClick={() => {
            adding.value = true;
          }}
        >
          <Icon name="plus" />
          New software
        </button>
      </div>
      <p class="gf-muted protocols-about">
        Your own systems can sign in by themselves, with a private key that only they have. They
        ask and read; they never sign, and never answer for a person.
        {page !== null && ` They get their tokens at ${page.token_url}.`}
      </p>
      <ErrorBox error={error.value} onRetry={() => void ask("GET", "", "")} />
      <LiveRegion text={said.value} />
      {page === null && error.value === null && <p class="gf-muted">Reading</p>}
      {page?.software.length === 0 && (
        <p class="portal-empty">No software yet: only people sign in.</p>
      )}
      {page?.software.map((each) => (
        <OneSoftware
          key={each.software_id}
          one={each}
          keysMax={page.keys_max}
          onAddKey={() => {
            keyFor.value = each.software_id;
          }}
          onRemoveKey={(keyId) =>
            void ask("DELETE", `/${each.software_id}/keys/${keyId}`, "The key was removed")
          }
          onRevoke={() => void ask("POST", `/${each.software_id}/revoke`, "Revoked")}
        />
      ))}
      {page !== null && page.tokens.length > 0 && <Lasting tokens={page.tokens} />}
      <AddDialog open={adding} onMade={took} />
      <KeyDialog softwareId={keyFor} onMade={took} />
    </>
  );
}

function Lasting(props: { tokens: readonly LastingTokenView[] }): JSX.Element {
  return (
    <section class="endpoint" aria-labelledby="lasting" data-testid="lasting">
      <h2 id="lasting" class="software-label">
        Tokens that last
      </h2>
      <p class="gf-small gf-muted endpoint-facts">
        Whoever runs the server made these. Each works for whoever has it until it ends:
        software with a key of its own is better.
      </p>
      <ul class="software-keys">
        {props.tokens.map((each) => (
          <li key={each.token_id}>
            <span>
              <strong>{each.label}</strong>
              <span class="gf-small gf-muted">
                {mayDo(each.scopes)}; until {dayAndTime(each.expires_at_ms)}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
