// Scans one page as the HTTP Observatory of Mozilla does, and prints what it finds as JSON.
//
//     NODE_EXTRA_CA_CERTS=chain.pem node scan.mjs 127.0.0.1:8443/join
//
// The scanner's own command trusts certificate authorities of its choice only, so its parts are
// called. When it is installed it would fetch the list of sites that browsers know as served over
// TLS; here it is empty: nothing on this machine is on that list.

import { existsSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const scanner = import.meta.resolve("@mdn/mdn-http-observatory/src/scanner/index.js");
const list = fileURLToPath(new URL("../../conf/hsts-preload.json", scanner));
if (!existsSync(list)) writeFileSync(list, "{}\n");

const { scan } = await import(scanner);
const { scan: total, tests } = await scan(process.argv[2]);
const found = Object.entries(tests).map(([name, one]) => [name, [one.pass, one.result]]);
console.log(JSON.stringify({ ...total, tests: Object.fromEntries(found) }));
