// Says on every page of a demo that it is one.

import type { JSX } from "preact";
import { t } from "../i18n";

export function Banner(props: { demo: boolean }): JSX.Element | null {
  return props.demo ? (
    <aside class="gf-demo" data-testid="demo-banner">
      {t("shared.demo")}
    </aside>
  ) : null;
}
