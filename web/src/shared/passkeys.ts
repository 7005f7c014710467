// Passkeys between the wire and the browser: base64url here, buffers there. Pure.

import type {
  KnownPasskeyView,
  NewPasskeyForm,
  PasskeyCreationView,
  PasskeyForm,
  PasskeyRequestView,
} from "./protocol/types";

type Transports = NewPasskeyForm["transports"];
const TRANSPORTS: Readonly<Record<Transports[number], true>> = {
  usb: true,
  nfc: true,
  ble: true,
  "smart-card": true,
  hybrid: true,
  internal: true,
  cable: true,
};

/** Bytes of a browser as base64url (RFC 4648, 5), without padding. */
export function textOf(bytes: ArrayBuffer | Uint8Array): string {
  const letters = Array.from(new Uint8Array(bytes), (one) => String.fromCharCode(one));
  return btoa(letters.join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Bytes for a browser. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(letters, (one) => one.charCodeAt(0));
}

/** What a browser is to make: on the device or on a key, found without a name, after a look at
 * who is there. */
export function creationOptions(view: PasskeyCreationView): PublicKeyCredentialCreationOptions {
  return {
    challenge: bytesOf(view.challenge),
    rp: { id: view.rp_id, name: view.rp_name },
    user: {
      id: bytesOf(view.user_id),
      name: view.user_name,
      displayName: view.user_display_name,
    },
    pubKeyCredParams: view.algorithms.map((alg) => ({ type: "public-key", alg })),
    authenticatorSelection: {
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    },
    excludeCredentials: view.exclude.map(described),
    attestation: "none",
    timeout: view.timeout_ms,
  };
}

/** What a browser is to answer. */
export function requestOptions(view: PasskeyRequestView): PublicKeyCredentialRequestOptions {
  return {
    challenge: bytesOf(view.challenge),
    rpId: view.rp_id,
    allowCredentials: view.allow.map(described),
    userVerification: "required",
    timeout: view.timeout_ms,
  };
}

/** What a browser gives when it made one; only what is sent. */
export interface Made {
  readonly rawId: ArrayBuffer;
  readonly response: {
    readonly clientDataJSON: ArrayBuffer;
    readonly attestationObject: ArrayBuffer;
    readonly getTransports?: () => string[];
  };
}

/** What a browser gives when one was used; only what is sent. */
export interface Used {
  readonly rawId: ArrayBuffer;
  readonly response: {
    readonly clientDataJSON: ArrayBuffer;
    readonly authenticatorData: ArrayBuffer;
    readonly signature: ArrayBuffer;
    readonly userHandle: ArrayBuffer | null;
  };
}

/** The form of a passkey that was made. */
export function newPasskeyForm(label: string, made: Made): NewPasskeyForm {
  return {
    label,
    credential_id: textOf(made.rawId),
    client_data: textOf(made.response.clientDataJSON),
    attestation: textOf(made.response.attestationObject),
    // Old browsers do not say; new ones may say words that are not known here.
    transports: (made.response.getTransports?.() ?? []).filter(isTransport),
  };
}

/** The form of a passkey's answer. */
export function passkeyForm(used: Used): PasskeyForm {
  const { userHandle } = used.response;
  return {
    credential_id: textOf(used.rawId),
    client_data: textOf(used.response.clientDataJSON),
    authenticator_data: textOf(used.response.authenticatorData),
    signature: textOf(used.response.signature),
    user_handle: userHandle === null || userHandle.byteLength === 0 ? null : textOf(userHandle),
  };
}

function described(view: KnownPasskeyView): PublicKeyCredentialDescriptor {
  return {
    type: "public-key",
    id: bytesOf(view.credential_id),
    transports: view.transports as AuthenticatorTransport[],
  };
}

function isTransport(word: string): word is Transports[number] {
  return Object.hasOwn(TRANSPORTS, word);
}
