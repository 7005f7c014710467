// Proving it again at the organization's own sign-in, in a window beside: what is being written
// in this one stays. That window finishes it; this one asks the server until it is so.

import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { type ApiError, api, asApiError } from "../http";
import type { ProviderAddressView, StepUpView } from "../protocol/types";
import { remember } from "../providers";
import { answerProof } from "../stepping-up";
import { Icon } from "../ui/Icon";

const LOOK_MS = 1_500;

export function Elsewhere(props: {
  /** For example `/api/v1/console/session/step-up`. */
  path: string;
  view: StepUpView;
  error: Signal<ApiError | null>;
}): JSX.Element {
  const { path, view, error } = props;
  const looking = useRef<ReturnType<typeof setInterval> | undefined>(undefined);
  useEffect(() => () => clearInterval(looking.current), []);

  async function look(): Promise<void> {
    const now = await api<StepUpView>("GET", path).catch(() => null);
    if (now !== null && now.fresh_until_ms > view.fresh_until_ms) answerProof(true);
  }

  async function go(): Promise<void> {
    error.value = null;
    // Opened by the press itself: later, browsers would not let it.
    const beside = window.open("about:blank", "gf-provider", "popup,width=520,height=720");
    try {
      const { url } = await api<ProviderAddressView>("POST", `${path}/provider`);
      remember(localStorage, url, "step_up");
      if (beside === null) location.assign(url);
      else beside.location.href = url;
      clearInterval(looking.current);
      looking.current = setInterval(() => void look(), LOOK_MS);
    } catch (thrown) {
      beside?.close();
      error.value = asApiError(thrown);
    }
  }

  return (
    <button type="button" data-testid="step-up-provider" onClick={() => void go()}>
      <Icon name="person" /> Confirm at your organization's sign-in
    </button>
  );
}
