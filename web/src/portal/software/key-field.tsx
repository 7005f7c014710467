// Where a public key is pasted. A private one does not leave the page.

import type { JSX } from "preact";
import type { ApiError } from "../../shared/http";
import { AreaField } from "../../shared/ui/Field";
import { faultOf, faultWords } from "./words";

const CHARS_MAX = 6_000;

export function KeyField(props: {
  value: string;
  onValue: (value: string) => void;
  error: ApiError | null;
}): JSX.Element {
  const { value, onValue, error } = props;
  const fault = value.trim() === "" ? null : faultOf(value);
  const refused = error?.fields.includes("jwk") === true ? error.message : null;
  return (
    <AreaField
      label="Its public key"
      name="software-jwk"
      testId="software-jwk"
      value={value}
      onValue={onValue}
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
