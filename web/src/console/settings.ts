// What a practitioner sets for this browser. Nothing here is about a patient.

import { effect, signal } from "@preact/signals";

const SINGLE_KEYS = "goodfaith.console.single-keys";

/** Whether 1 to 5 choose a decision while its row has focus (WCAG 2.2, 2.1.4). */
export const singleKeys = signal(localStorage.getItem(SINGLE_KEYS) !== "off");

effect(() => localStorage.setItem(SINGLE_KEYS, singleKeys.value ? "on" : "off"));
