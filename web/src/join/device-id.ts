// What this browser is called, for as long as it keeps it. Edge.

import { randomId } from "../shared/ids";

const DEVICE_KEY = "goodfaith.device";

/** A random name of this browser, so that opening the link again here is no take-over. */
export function deviceId(): string {
  try {
    const known = localStorage.getItem(DEVICE_KEY);
    if (known !== null && /^[A-Za-z0-9_-]{8,64}$/.test(known)) {
      return known;
    }
    const fresh = randomId();
    localStorage.setItem(DEVICE_KEY, fresh);
    return fresh;
  } catch {
    return randomId();
  }
}
