import { render } from "preact";
import "../shared/styles/base.css";
import "./portal.css";
import "./protocols.css";
import "./coverage.css";
import "./deliveries/deliveries.css";
import "./software/software.css";
import { setupI18n } from "../shared/i18n";
import { App } from "./app";

document.title = "Portal – Goodfaith";
setupI18n({
  en: {
    error: {
      illegal_transition: "This is no longer possible: the exam has moved on.",
      wrong_step: "This is no longer possible: the exam has moved on.",
    },
  },
});

const app = document.getElementById("app");
if (app !== null) render(<App />, app);
