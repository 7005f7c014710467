// Where a public key is pasted. A private one does not leave the page.

import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import type { ApiError } from "../../shared/http";
import { AreaField } from "../../shared/ui/Field";
import { faultOf, faultWords } from "./words";

const CHARS_MAX = 6_000;

export function KeyField(props: {
  jwk: Signal<string>;
  /** Why it was refused; of another key from the moment that one is typed. */
  error: Signal<ApiError | null>;
}): JSX.Element {
  const { jwk, error } = props;
  const fault = jwk.value.trim() === "" ? null : faultOf(jwk.value);
  const refused = isOfKey(error.value) ? (error.value?.message ?? null) : null;
  return (
    <AreaField
      label="Its public key"
      name="software-jwk"
      testId="software-jwk"
      value={jwk.value}
      onValue={(value) => {
        jwk.value = value;
        error.value = null;
      }}
      help="A JWK: curve P-384 (ES384), or RSA of 2048 bits and more (RS384)."
      error={fault === null ? refused : faultWords(fault)}
      placeholder={'{"kty": "EC", "crv": "P-384", "x": …, "y": …}'}
      rows={6}
      maxLength={CHARS_MAX}
      required
    />
  );
}

/** May this be sent. */
export function isKey(value: string): boolean {
  return value.trim() !== "" && faultOf(value) === null;
}

/** Is it the key that was refused: its field says so. */
export function isOfKey(error: ApiError | null): boolean {
  return error?.fields.includes("jwk") === true;
}
