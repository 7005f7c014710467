// A number with its name and its definition. The definition shows on hover and on focus, stays
// while it is pointed at, and goes with Escape (WCAG 2.2, 1.4.13).

import type { ComponentChildren, JSX } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { DEFINITIONS, type Defined } from "./definitions";

export function Term(props: { of: Defined; children: ComponentChildren }): JSX.Element {
  const id = useId();
  const [dismissed, setDismissed] = useState(false);
  const words = useRef<HTMLSpanElement>(null);
  const again = (): void => {
    setDismissed(false);
    keepInside(words.current);
    // Once more when it was dismissed before and is drawn only now.
    requestAnimationFrame(() => keepInside(words.current));
  };
  return (
    <span class="term" data-dismissed={dismissed} onPointerEnter={again}>
      <button
        type="button"
        class="term-name"
        aria-describedby={id}
        onFocus={again}
        onKeyDown={(event) => {
          if (event.key === "Escape") setDismissed(true);
        }}
      >
        {props.children}
      </button>
      <span ref={words} role="tooltip" id={id} class="term-words">
        {DEFINITIONS[props.of]}
      </span>
    </span>
  );
}

export function Figure(props: {
  of: Defined;
  name: string;
  value: string;
  note?: string;
  testId?: string;
}): JSX.Element {
  return (
    <div class="figure">
      <dt>
        <Term of={props.of}>{props.name}</Term>
      </dt>
      <dd data-testid={props.testId}>
        {props.value}
        {props.note !== undefined && <span class="figure-note">{props.note}</span>}
      </dd>
    </div>
  );
}

/** Move the words left by as much as they would stick out of the page. */
function keepInside(words: HTMLElement | null): void {
  if (words === null) return;
  words.style.setProperty("--shift", "0px");
  const over = words.getBoundingClientRect().right + 8 - document.documentElement.clientWidth;
  if (over > 0) words.style.setProperty("--shift", `${-over}px`);
}
