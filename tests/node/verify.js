// A verifier that knows nothing of us but the published keys: RFC 7515 with Node's own crypto.
// Reads {"token", "keys"} and writes the claims, or null where no listed key signed it.
"use strict";

const { createPublicKey, verify } = require("node:crypto");

function claimsOf({ token, keys }) {
  const [header, claims, signature] = token.split(".");
  const read = (part) => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  const jwk = keys.find((one) => one.kid === read(header).kid);
  if (jwk === undefined || jwk.alg !== "EdDSA") return null;
  const key = createPublicKey({ key: jwk, format: "jwk" });
  const signed = Buffer.from(`${header}.${claims}`, "ascii");
  return verify(null, signed, key, Buffer.from(signature, "base64url")) ? read(claims) : null;
}

let given = "";
process.stdin.on("data", (chunk) => (given += chunk));
process.stdin.on("end", () => process.stdout.write(JSON.stringify(claimsOf(JSON.parse(given)))));
