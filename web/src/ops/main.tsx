import { render } from "preact";
import "../shared/styles/base.css";
import "./ops.css";
import "./tiles.css";
import "./charts/charts.css";
import { setupI18n } from "../shared/i18n";
import { App } from "./app";

document.title = "Operations – Goodfaith";
setupI18n({ en: {} });

const app = document.getElementById("app");
if (app !== null) render(<App />, app);
