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

/** Have a passkey made; given up when `gone` says so. */
export async function makePasskey(
  view: PasskeyCreationView,
  label: string,
  gone: AbortSignal,
): Promise<NewPasskeyForm> {
  const publicKey = creationOptions(view);
  const made = await asked(() => navigator.credentials.create({ publicKey, signal: gone }));
  return newPasskeyForm(label, made as Credential & Made);
}

/** Until when a passkey is wanted, and whether the browser opens a dialog for it. */
export interface Wanting {
  /** Nobody wants one any more. */
  readonly gone?: AbortSignal;
  /** No dialog: the browser lists passkeys below the field of the name. */
  readonly listed?: boolean;
}

/** Have a passkey answer. */
export async function askPasskey(
  view: PasskeyRequestView,
  { gone, listed }: Wanting = {},
): Promise<PasskeyForm> {
  const publicKey = requestOptions(view);
  const used = await asked(() =>
    navigator.credentials.get({
      publicKey,
      ...(gone === undefined ? {} : { signal: gone }),
      ...(listed === true ? { mediation: "conditional" as const } : {}),
    }),
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
