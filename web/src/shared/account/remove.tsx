// Giving one second factor up: asked twice, and not possible for the last one where one is required.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

export function Remove(props: {
  label: string;
  possible: boolean;
  testId: string;
  onRemove: () => void;
}): JSX.Element {
  const sure = useSignal(false);
  if (!props.possible) return <span class="gf-muted">Your last one, and one is required</span>;
  if (!sure.value) {
    return (
      <button
        type="button"
        class="secondary"
        aria-label={`Remove ${props.label}`}
        data-testid={props.testId}
        onClick={() => (sure.value = true)}
      >
        Remove
      </button>
    );
  }
  return (
    <span class="gf-row">
      <button type="button" data-testid={`${props.testId}-sure`} onClick={props.onRemove}>
        Remove {props.label}
      </button>
      <button type="button" class="secondary" onClick={() => (sure.value = false)}>
        Keep it
      </button>
    </span>
  );
}
