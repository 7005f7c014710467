// Giving one second factor up: asked twice, and not possible for the last one where one is required.

import type { JSX } from "preact";
import { Sure } from "../ui/Sure";

export function Remove(props: {
  label: string;
  possible: boolean;
  testId: string;
  onRemove: () => void;
}): JSX.Element {
  if (!props.possible) return <span class="gf-muted">Your last one, and one is required</span>;
  return (
    <Sure
      words="Remove"
      label={`Remove ${props.label}`}
      sure={`Remove ${props.label}`}
      testId={props.testId}
      onSure={props.onRemove}
    />
  );
}
