// A button that asks twice, for what takes something away.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

export function Sure(props: {
  words: string;
  label: string;
  sure: string;
  testId: string;
  onSure: () => void;
}): JSX.Element {
  const asked = useSignal(false);
  if (!asked.value) {
    return (
      <button
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
