import { render } from "preact";
import "../shared/styles/base.css";
import "./call.css";
import "./chart.css";
import "./console.css";
import "./offer.css";
import { setupI18n } from "../shared/i18n";
import { App } from "./app";
import { CODES } from "./words";

document.title = "Console – Goodfaith";
setupI18n({ en: { error: CODES } });

const app = document.getElementById("app");
if (app !== null) render(<App />, app);
