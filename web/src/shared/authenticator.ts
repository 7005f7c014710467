// Whatever keeps passkeys here: the device, a key, a phone beside it. Asked by way of the browser,
// which shows its own dialog. Throws only ApiError.

import { ApiError } from "./http";
import type { Made, Used } from "./passkeys";
import { creationOptions, newPasskeyForm, passkeyForm, requestOptions } from "./passkeys";
import type {
  NewPasskeyForm,
  PasskeyCreationView,
  PasskeyForm,
  PasskeyRequestView,
} from "./protocol/types";

/** Whether passkeys can be made and used on this page: they are for one host alone. */
export function passkeysHere(passkeyHost: string | null): boolean {
  return location.hostname === passkeyHost && typeof PublicKeyCredential === "function";
}

/** Whether the browser lists passkeys below a field when it is asked to. */
export async function passkeysListed(): Promise<boolean> {
  return (
    (await PublicKeyCredential.isConditionalMediationAvailable?.().catch(() => false)) ?? false
  );
}

/** Have a passkey made. */
export async function makePasskey(
  view: PasskeyCreationView,
  label: string,
): Promise<NewPasskeyForm> {
  const publicKey = creationOptions(view);
  const made = await asked(() => navigator.credentials.create({ publicKey }));
  return newPasskeyForm(label, made as Credential & Made);
}

/**
 * Have a passkey answer.
 *
 * `listed`: no dialog; the browser lists passkeys below the field of the name, until the signal
 * says that nobody wants them any more.
 */
export async function askPasskey(
  view: PasskeyRequestView,
  listed: AbortSignal | null = null,
): Promise<PasskeyForm> {
  const publicKey = requestOptions(view);
  const used = await asked(() =>
    navigator.credentials.get(
      listed === null ? { publicKey } : { publicKey, mediation: "conditional", signal: listed },
    ),
  );
  return passkeyForm(used as Credential & Used);
}

async function asked(ask: () => Promise<Credential | null>): Promise<Credential> {
  try {
    const found = await ask();
    if (found !== null) return found;
  } catch (thrown) {
    throw new ApiError({ code: codeOf(thrown) }, 0);
  }
  throw new ApiError({ code: "passkey_cancelled" }, 0);
}

/** Browsers say little on purpose: who cancelled, who waited too long, and who has none look alike. */
function codeOf(thrown: unknown): string {
  const name = thrown instanceof DOMException ? thrown.name : "";
  if (name === "InvalidStateError") return "passkey_there";
  return name === "NotAllowedError" || name === "AbortError"
    ? "passkey_cancelled"
    : "passkey_failed";
}
