// What is typed and not saved yet, kept across a reload of the page or a crash of the browser.
//
// A browser writes what a page stores to the disk of whatever machine it runs on, so it is
// sealed (AES-256-GCM) under a key that the server gives to whoever may read the chart, and that
// is in the page's memory only. Without the key nothing is stored: the words are in the box.

import type { Draft, Sent } from "./note";

const PREFIX = "gf-note-draft:";
const NONCE_BYTES = 12;

/** The part of `sessionStorage` that is needed. */
export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class Drafts {
  private key: CryptoKey | null = null;
  private wanted: Draft | null = null;
  private sealing = false;
  private readonly name: string;

  constructor(
    private readonly shelf: Shelf | null,
    private readonly encounterId: string,
  ) {
    this.name = `${PREFIX}${encounterId}`;
  }

  /** Whether a page that went left words behind. */
  get left(): boolean {
    return this.shelf !== null && this.shelf.getItem(this.name) !== null;
  }

  /** Take the key that the server gave. */
  async unlock(base64: string): Promise<void> {
    if (globalThis.crypto?.subtle === undefined) return;
    this.key = await crypto.subtle.importKey("raw", bytesOf(base64), "AES-GCM", false, [
      "encrypt",
      "decrypt",
    ]);
    if (this.wanted !== null) this.keep(this.wanted);
  }

  /** What a page that went left behind; what does not open is somebody else's, and goes. */
  async read(): Promise<Draft | null> {
    const stored = this.shelf?.getItem(this.name) ?? null;
    if (stored === null || this.key === null) return null;
    try {
      const sealed = bytesOf(stored);
      const opened = await crypto.subtle.decrypt(
        this.how(sealed.slice(0, NONCE_BYTES)),
        this.key,
        sealed.slice(NONCE_BYTES),
      );
      return draftIn(JSON.parse(new TextDecoder().decode(opened)));
    } catch {
      this.shelf?.removeItem(this.name);
      return null;
    }
  }

  /** Keep this in case the page goes; null: all is saved. The last one counts. */
  keep(draft: Draft | null): void {
    this.wanted = draft;
    if (draft === null) this.shelf?.removeItem(this.name);
    else if (this.key !== null && !this.sealing) void this.seal(this.key);
  }

  private async seal(key: CryptoKey): Promise<void> {
    this.sealing = true;
    for (let draft = this.wanted; draft !== null; ) {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const plain = new TextEncoder().encode(JSON.stringify(draft));
      const sealed = await crypto.subtle.encrypt(this.how(nonce), key, plain);
      if (this.wanted === draft) {
        this.store(base64Of(new Uint8Array([...nonce, ...new Uint8Array(sealed)])));
        break;
      }
      draft = this.wanted;
    }
    this.sealing = false;
  }

  private store(sealed: string): void {
    try {
      this.shelf?.setItem(this.name, sealed);
    } catch {
      // A full shelf: the words are in the box all the same, and on their way.
    }
  }

  private how(nonce: Uint8Array<ArrayBuffer>): AesGcmParams {
    const additionalData = new TextEncoder().encode(this.encounterId);
    return { name: "AES-GCM", iv: nonce, additionalData };
  }
}

/** The tab's own shelf; none where the browser forbids it. */
export function tabShelf(): Shelf | null {
  try {
    return globalThis.sessionStorage ?? null;
  } catch {
    return null;
  }
}

function draftIn(read: Partial<Draft> | null): Draft {
  const { text, base, revision, sent } = read ?? {};
  if (typeof text !== "string" || typeof base !== "string" || typeof revision !== "number") {
    throw new TypeError("no draft");
  }
  return { text, base, revision, sent: isSent(sent) ? sent : null };
}

function isSent(sent: Sent | null | undefined): sent is Sent {
  return typeof sent?.text === "string" && typeof sent.on === "number";
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function base64Of(bytes: Uint8Array): string {
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters);
}
