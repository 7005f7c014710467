import { expect, test } from "vitest";
import { readProblem } from "./http";
import { keysOf, language, preferredLanguage, setLanguage, setupI18n, t } from "./i18n";
import { randomId } from "./ids";
import { sharedEn } from "./locales/en";
import { sharedEs } from "./locales/es";
import { treatmentLabel, treatmentName } from "./treatments";

test("both languages say the same things", () => {
  expect(keysOf(sharedEs)).toEqual(keysOf(sharedEn));
});

test("sentences follow the language of the moment, plurals and values included", () => {
  setupI18n({
    en: { wait_one: "{{count}} minute", wait_other: "{{count}} minutes", hi: "Hi {{name}}" },
    es: { wait_one: "{{count}} minuto", wait_other: "{{count}} minutos", hi: "Hola {{name}}" },
  });
  expect(t("wait", { count: 1 })).toBe("1 minute");
  expect(t("hi", { name: "<Ana>" })).toBe("Hi <Ana>");
  setLanguage("es");
  expect(language.value).toBe("es");
  expect(t("wait", { count: 3 })).toBe("3 minutos");
  expect(t("shared.close")).toBe("Cerrar");
});

test("the first language that we speak is taken", () => {
  expect(preferredLanguage(["fr", "es-MX", "en"])).toBe("es");
  expect(preferredLanguage(["en-US", "es"])).toBe("en");
  expect(preferredLanguage(["fr"])).toBe("en");
});

test("treatments have the server's label, else ours, else their own word", () => {
  const options = [
    { treatment_class: "filler", label_en: "Filler", label_es: "Relleno", products: [] },
  ];
  expect(treatmentLabel("filler", "es", options)).toBe("Relleno");
  expect(treatmentLabel("prp", "en")).toBe("PRP (your own plasma)");
  expect(treatmentLabel("new_thing", "en")).toBe("new thing");
  expect(
    treatmentName({ treatment_class: "filler", product: "hyaluronic_acid" }, "en", options),
  ).toBe("Filler: hyaluronic acid");
});

test("ids have the shape that the wire wants and do not repeat", () => {
  const ids = Array.from({ length: 50 }, randomId);
  expect(ids.every((id) => /^[A-Za-z0-9_-]{8,64}$/.test(id))).toBe(true);
  expect(new Set(ids).size).toBe(50);
});

test("a refusal keeps its code; a proxy's page becomes one that may be tried again", () => {
  const error = { code: "link_expired", message: "m", retry: false, fields: ["a", 1] };
  expect(readProblem({ error }, 410)).toMatchObject({ ...error, fields: ["a"] });
  expect(readProblem("<html>", 502)).toMatchObject({ code: "retry", retry: true });
  expect(readProblem(undefined, 404)).toMatchObject({ code: "bad_request", retry: false });
});
