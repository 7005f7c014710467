// The part of the account page about the organization's own sign-in: linked, or to be.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { dayOf } from "../format";
import { type ApiError, api, asApiError } from "../http";
import type {
  ProviderAddressView,
  ProviderLinkForm,
  ProviderLinksView,
} from "../protocol/types";
import { remember } from "../providers";
import { ErrorBox } from "../ui/ErrorBox";

export function ProviderLinks({ base }: { base: string }): JSX.Element | null {
  const view = useSignal<ProviderLinksView | null>(null);
  const error = useSignal<ApiError | null>(null);
  const busy = useSignal(false);
  const path = `${base}/provider-links`;

  async function ask(act: () => Promise<void>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    error.value = null;
    try {
      await act();
    } catch (thrown) {
      error.value = asApiError(thrown);
    } finally {
      busy.value = false;
    }
  }

  const look = (): Promise<void> =>
    ask(async () => {
      view.value = await api<ProviderLinksView>("GET", path);
    });
  const end = (): Promise<void> =>
    ask(async () => {
      view.value = await api<ProviderLinksView>("DELETE", path);
    });
  const link = (form: ProviderLinkForm): Promise<void> =>
    ask(async () => {
      const { url } = await api<ProviderAddressView>("POST", path, form);
      remember(localStorage, url, "link");
      location.assign(url);
    });

  useEffect(() => void look(), [base]);
  const { links, providers } = view.value ?? { links: [], providers: [] };
  if (links.length === 0 && providers.length === 0 && error.value === null) return null;
  return (
    <section aria-labelledby="provider-links" data-testid="provider-links">
      <h2 id="provider-links">Your organization's sign-in</h2>
      <ErrorBox error={error.value} onRetry={() => void look()} />
      <ul>
        {links.map((one) => (
          <li key={one.issuer}>
            {one.name ?? one.issuer}, linked {dayOf(one.linked_at_ms)}
          </li>
        ))}
      </ul>
      {links.length > 0 && (
        <button
          type="button"
          class="secondary"
          aria-disabled={busy.value}
          data-testid="provider-unlink"
          onClick={() => void end()}
        >
          End the link
        </button>
      )}
      {providers.map((one) => (
        <button
          key={one.id}
          type="button"
          class="secondary"
          aria-disabled={busy.value}
          data-testid="provider-link"
          onClick={() => void link({ provider_id: one.id })}
        >
          Sign in with {one.name} from now on
        </button>
      ))}
    </section>
  );
}
