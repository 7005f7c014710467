// What a browser brought back from a provider, taken from the address and finished at the server.

import { ApiError, api } from "./http";
import type {
  AccountView,
  ProviderAnswerForm,
  ProviderLinksView,
  StepUpView,
} from "./protocol/types";
import { type Returned, returnedBy } from "./providers";

/** Take it, once: neither the address nor the history has it any more. */
export function takeReturned(): Returned | null {
  const found = returnedBy(localStorage, location.hash, location.search);
  if (found !== null) {
    const hash = found.purpose === "link" ? "#account" : "";
    history.replaceState(null, "", `${location.pathname}${hash}`);
  }
  return found;
}

/** Finish it; the account where somebody signed in, null where they were there already. */
export async function finish(endpoint: string, back: Returned): Promise<AccountView | null> {
  if (back.answer === null) throw new ApiError({ code: "provider_refused" }, 401);
  const form: ProviderAnswerForm = { ...back.answer, state: back.state };
  if (back.purpose === "step_up") {
    await api<StepUpView>("POST", `${endpoint}/step-up/provider/finish`, form);
    return null;
  }
  if (back.purpose === "link") {
    const path = endpoint.replace(/\/session$/, "/provider-links/finish");
    await api<ProviderLinksView>("POST", path, form);
    return null;
  }
  return api<AccountView>("POST", `${endpoint}/provider/finish`, form);
}
