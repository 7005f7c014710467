// A real provider of identities (npm oidc-provider) with one client, for tests. Says where it
// listens as one line of JSON; ends with its input. Whoever signs on types any name they like.
//
//   node oidc.mjs '{"client_id": ..., "client_secret": ..., "redirect_uris": [...], ...}'

import { createServer } from "node:http";
import * as oidc from "oidc-provider";

const Provider = oidc.Provider ?? oidc.default;
const client = JSON.parse(process.argv[2]);
const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ ...client, response_types: ["code"], grant_types: ["authorization_code"] }],
    cookies: { keys: ["of a test alone"] },
    features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
    pkce: { required: () => true },
    // Its own guard keeps it from this machine, where all of a test is.
    fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined }),
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  });
  server.on("request", provider.callback());
  process.stdout.write(`${JSON.stringify({ issuer })}\n`);
});
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
