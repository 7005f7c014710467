import { expect, test } from "vitest";
import {
  bytesOf,
  creationOptions,
  newPasskeyForm,
  passkeyForm,
  requestOptions,
  textOf,
} from "./passkeys";
import type { PasskeyCreationView } from "./protocol/types";

const ASKED: PasskeyCreationView = {
  challenge: "-_8",
  rp_id: "exams.example",
  rp_name: "Goodfaith",
  user_id: "YWNjb3VudA",
  user_name: "mila",
  user_display_name: "Mila, Glow",
  algorithms: [-8, -7],
  exclude: [{ credential_id: "AQID", transports: ["internal"] }],
  timeout_ms: 300_000,
};

const buffer = (...bytes: number[]): ArrayBuffer => Uint8Array.from(bytes).buffer;

test("bytes go there and back, whatever they are and however many", () => {
  for (let length = 0; length < 5; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, at) => 255 - at);
    expect(textOf(bytes)).not.toMatch(/[^A-Za-z0-9_-]/);
    expect(bytesOf(textOf(bytes))).toEqual(bytes);
  }
  expect(bytesOf("-_8")).toEqual(Uint8Array.of(0xfb, 0xff));
});

test("a passkey is made that is found without a name, and only for who was verified", () => {
  const options = creationOptions(ASKED);
  expect(options.authenticatorSelection).toEqual({
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  });
  expect(options.attestation).toBe("none");
  expect(options.pubKeyCredParams.map((one) => one.alg)).toEqual([-8, -7]);
  expect(options.excludeCredentials?.map((one) => one.id)).toEqual([Uint8Array.of(1, 2, 3)]);
  expect(new TextDecoder().decode(options.user.id as Uint8Array)).toBe("account");
});

test("a passkey answers for who was verified", () => {
  const options = requestOptions({ ...ASKED, allow: [] });
  expect(options.userVerification).toBe("required");
  expect(options.rpId).toBe("exams.example");
  expect(options.allowCredentials).toEqual([]);
});

test("what was made is sent as it is, with the ways to it that are known", () => {
  const response = { clientDataJSON: buffer(1), attestationObject: buffer(2) };
  const made = { rawId: buffer(3), response };
  expect(newPasskeyForm("Laptop", made)).toEqual({
    label: "Laptop",
    credential_id: "Aw",
    client_data: "AQ",
    attestation: "Ag",
    transports: [],
  });
  const getTransports = (): string[] => ["internal", "telepathy", "constructor"];
  const said = { ...made, response: { ...response, getTransports } };
  expect(newPasskeyForm("Laptop", said).transports).toEqual(["internal"]);
});

test("whose it is is sent where the passkey says it", () => {
  const response = {
    clientDataJSON: buffer(1),
    authenticatorData: buffer(2),
    signature: buffer(3),
  };
  const used = { rawId: buffer(4), response: { ...response, userHandle: buffer(5) } };
  expect(passkeyForm(used)).toEqual({
    credential_id: "BA",
    client_data: "AQ",
    authenticator_data: "Ag",
    signature: "Aw",
    user_handle: "BQ",
  });
  for (const userHandle of [null, buffer()]) {
    const nameless = { rawId: buffer(4), response: { ...response, userHandle } };
    expect(passkeyForm(nameless).user_handle).toBeNull();
  }
});
