// Words for people. A page hands in its own resources once; `t` reads them in the language of
// the moment, and components that call it are drawn again when the language changes.

import { signal } from "@preact/signals";
import i18next from "i18next";
import { sharedEn } from "./locales/en";
import { sharedEs } from "./locales/es";

export type Language = "en" | "es";

/** Nested tables of sentences; `{{name}}` is filled in, `_one` and `_other` are plurals. */
export interface Sentences {
  readonly [key: string]: string | Sentences;
}

export const language = signal<Language>("en");

/** Begin. Pages in one language give only `en`. */
export function setupI18n(
  page: { readonly en: Sentences; readonly es?: Sentences },
  first: Language = "en",
): void {
  void i18next.init({
    lng: first,
    fallbackLng: "en",
    initAsync: false,
    interpolation: { escapeValue: false },
    resources: {
      en: { translation: { ...page.en, shared: sharedEn } },
      es: { translation: { ...page.es, shared: sharedEs } },
    },
  });
  setLanguage(first);
}

/** The sentence of a key, in the language of the moment. */
export function t(key: string, values: Record<string, string | number> = {}): string {
  return i18next.t(key, { lng: language.value, ...values });
}

/** Whether there is a sentence for this key. */
export function hasSentence(key: string): boolean {
  return i18next.exists(key, { lng: language.value });
}

/** Change the language of the whole page, its `lang` attribute included. */
export function setLanguage(next: Language): void {
  language.value = next;
  if (typeof document !== "undefined") {
    document.documentElement.lang = next;
  }
}

/** What the browser asks for, as far as we speak it. */
export function preferredLanguage(wanted: readonly string[]): Language {
  const first = wanted.find((tag) => /^(en|es)\b/i.test(tag));
  return first?.toLowerCase().startsWith("es") === true ? "es" : "en";
}

/** Every key of a table, dotted: for the test that two languages say the same things. */
export function keysOf(sentences: Sentences, prefix = ""): string[] {
  return Object.entries(sentences).flatMap(([key, value]) =>
    typeof value === "string" ? [`${prefix}${key}`] : keysOf(value, `${prefix}${key}.`),
  );
}
