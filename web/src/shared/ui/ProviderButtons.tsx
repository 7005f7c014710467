// Signing in at one's organization: a button for each provider of this page.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { type ApiError, api, asApiError } from "../http";
import { t } from "../i18n";
import type {
  ProviderAddressView,
  ProviderChoiceForm,
  ProvidersView,
  ProviderView,
} from "../protocol/types";
import { remember } from "../providers";
import { Icon } from "./Icon";

export interface ProviderButtonsProps {
  /** For example `/api/v1/console/session`. */
  readonly endpoint: string;
  readonly onError: (error: ApiError | null) => void;
  /** The secret of an invitation that is accepted by it. */
  readonly invitation?: string;
  /** Those of the invitation; else those of the page are asked for. */
  readonly providers?: readonly ProviderView[];
}

export function ProviderButtons(props: ProviderButtonsProps): JSX.Element | null {
  const { endpoint, onError, invitation } = props;
  const found = useSignal<readonly ProviderView[]>(props.providers ?? []);
  const busy = useSignal(false);
  useEffect(() => {
    if (props.providers !== undefined) return;
    // Whoever cannot be told of them signs in by what else there is.
    void api<ProvidersView>("GET", endpoint.replace(/\/session$/, "/providers"))
      .then((view) => {
        found.value = view.providers;
      })
      .catch(() => undefined);
  }, [endpoint]);

  async function go(provider: ProviderView): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    onError(null);
    const form: ProviderChoiceForm = {
      provider_id: provider.id,
      ...(invitation === undefined ? {} : { invitation }),
    };
    try {
      const { url } = await api<ProviderAddressView>("POST", `${endpoint}/provider`, form);
      remember(localStorage, url, "sign_in");
      location.assign(url);
    } catch (thrown) {
      onError(asApiError(thrown));
      busy.value = false;
    }
  }

  if (found.value.length === 0) return null;
  return (
    <>
      {found.value.map((one) => (
        <button
          key={one.id}
          type="button"
          class="secondary"
          data-testid="sign-in-provider"
          aria-disabled={busy.value}
          onClick={() => void go(one)}
        >
          <Icon name="person" /> {t("shared.signIn.provider", { name: one.name })}
        </button>
      ))}
    </>
  );
}
