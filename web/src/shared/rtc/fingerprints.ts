// The certificate that a description names (RFC 8122). Pure.
//
// Read so strictly that no browser reads another one there: of several fingerprints each browser
// takes the one that it likes (RFC 8122, 5), and then the words that two people compare would be
// about one certificate and their connection about another. So there is one, by SHA-256, and
// every line that speaks of a fingerprint at all is that line. Browsers write nothing else.

const LINE = /^a=fingerprint:sha-256 ([0-9a-f]{2}(?::[0-9a-f]{2}){31})$/i;

/** The fingerprint as 64 lower-case hexadecimal digits; null when it is not this one alone. */
export function fingerprintOf(sdp: string): string | null {
  const found = new Set<string>();
  for (const line of sdp.split("\n").map((each) => each.replace(/\r$/, ""))) {
    if (/fingerprint/i.test(line)) {
      const named = LINE.exec(line)?.[1];
      if (named === undefined) {
        return null;
      }
      found.add(named.replaceAll(":", "").toLowerCase());
    }
  }
  const [only] = found;
  return found.size === 1 && only !== undefined ? only : null;
}
