// The patient's page.

import { render } from "preact";
import "../shared/styles/base.css";
import "./gates.css";
import "./join.css";
import "./photos.css";
import "./call.css";
import { preferredLanguage, setupI18n } from "../shared/i18n";
import { App } from "./App";
import { joinEn } from "./locales/en";
import { joinEs } from "./locales/es";
import { JoinSession } from "./session";

setupI18n({ en: joinEn, es: joinEs }, preferredLanguage(navigator.languages));

// A page that the browser kept in its memory must not show the patient before this one.
addEventListener("pageshow", (event) => {
  if (event.persisted) {
    location.reload();
  }
});
// Another link opened in the same tab is another visit.
addEventListener("hashchange", () => {
  if (location.hash.length > 1) {
    location.reload();
  }
});

const session = new JoinSession();
const app = document.getElementById("app");
if (app !== null) {
  render(<App session={session} />, app);
}
void session.start();
