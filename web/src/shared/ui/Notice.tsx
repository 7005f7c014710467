// A framed message. `live` makes screen readers say it when it appears or changes.

import type { ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "./Icon";

export type Tone = "info" | "ok" | "warn" | "error";

const ICONS: Readonly<Record<Tone, IconName>> = {
  info: "info",
  ok: "check",
  warn: "warning",
  error: "warning",
};

export interface NoticeProps {
  readonly tone?: Tone;
  readonly live?: "polite" | "assertive";
  readonly testId?: string;
  readonly children: ComponentChildren;
}

export function Notice({ tone = "info", live, testId, children }: NoticeProps): JSX.Element {
  const role = live === "assertive" ? "alert" : live === "polite" ? "status" : undefined;
  return (
    <div class={`gf-notice gf-notice-${tone}`} role={role} data-testid={testId}>
      <Icon name={ICONS[tone]} />
      <div>{children}</div>
    </div>
  );
}

/** Words for screen readers only. Always mounted, so that a change of text is announced. */
export function LiveRegion(props: { text: string; assertive?: boolean }): JSX.Element {
  return (
    <div
      class="visually-hidden"
      role={props.assertive === true ? "alert" : "status"}
      aria-live={props.assertive === true ? "assertive" : "polite"}
    >
      {props.text}
    </div>
  );
}
