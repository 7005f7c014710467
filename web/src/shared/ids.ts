// Random identifiers in the shape that the wire wants: 8 to 64 of [A-Za-z0-9_-].

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

/** 22 characters, 132 random bits. Works without a secure context, unlike randomUUID. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(22));
  return Array.from(bytes, (byte) => ALPHABET[byte & 63]).join("");
}

/** Ids of requests: another try of the same words is the same request, other words are not. */
export function requestIds(fresh: () => string = randomId): (words: unknown) => string {
  let said: string | null = null;
  let id = "";
  return (words) => {
    const now = JSON.stringify(words);
    if (now !== said) {
      said = now;
      id = fresh();
    }
    return id;
  };
}
