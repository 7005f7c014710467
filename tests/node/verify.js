// A verifier that knows nothing of us but the published keys: RFC 7515 with Node's own crypto.
// Reads {"token", "keys"} and writes the claims, or null where no listed key signed it.
"use strict";

const { createPublicKey, verify } = require("node:crypto");

// By the algorithm of the key, never by that of the token.
const CHECKS = {
  EdDSA: (signed, key, signature) => verify(null, signed, key, signature),
  ES384: (signed, key, signature) =>
    verify("sha384", signed, { key, dsaEncoding: "ieee-p1363" }, signature),
  RS384: (signed, key, signature) => verify("sha384", signed, key, signature),
};

function claimsOf({ token, keys }) {
  const [header, claims, signature] = token.split(".");
  const read = (part) => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  const jwk = keys.find((one) => one.kid === read(header).kid);
  if (jwk === undefined || !(jwk.alg in CHECKS) || jwk.alg !== read(header).alg) return null;
  const key = createPublicKey({ key: jwk, format: "jwk" });
  const signed = Buffer.from(`${header}.${claims}`, "ascii");
  const held = CHECKS[jwk.alg](signed, key, Buffer.from(signature, "base64url"));
  return held ? read(claims) : null;
}

let given = "";
process.stdin.on("data", (chunk) => (given += chunk));
process.stdin.on("end", () => process.stdout.write(JSON.stringify(claimsOf(JSON.parse(given)))));
