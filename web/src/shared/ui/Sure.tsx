// A button that asks twice, for what takes something away. The focus stays with the question.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

export interface SureProps {
  readonly words: string;
  /** What the button says to those who do not see what is beside it. */
  readonly label: string;
  readonly sure: string;
  readonly testId: string;
  readonly onSure: () => void;
}

export function Sure(props: SureProps): JSX.Element {
  const asked = useSignal(false);
  const first = useRef<HTMLButtonElement>(null);
  const second = useRef<HTMLButtonElement>(null);
  const before = useRef(false);
  useEffect(() => {
    // The button that was pressed is gone: without this the focus would be nowhere.
    if (asked.value) second.current?.focus();
    else if (before.current) first.current?.focus();
    before.current = asked.value;
  }, [asked.value]);
  if (!asked.value) {
    return (
      <button
        ref={first}
        type="button"
        class="secondary"
        aria-label={props.label}
        data-testid={props.testId}
        onClick={() => (asked.value = true)}
      >
        {props.words}
      </button>
    );
  }
  return (
    <span class="gf-row">
      <button
        ref={second}
        type="button"
        data-testid={`${props.testId}-sure`}
        onClick={() => {
          asked.value = false;
          props.onSure();
        }}
      >
        {props.sure}
      </button>
      <button type="button" class="secondary" onClick={() => (asked.value = false)}>
        Leave it
      </button>
    </span>
  );
}
