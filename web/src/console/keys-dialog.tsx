// The map of the keyboard, and the switch for single keys.

import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { Dialog } from "../shared/ui/Dialog";
import { SHORTCUTS } from "./keys";
import { singleKeys } from "./settings";

export function KeysDialog(props: { open: Signal<boolean> }): JSX.Element {
  const { open } = props;
  const close = (): void => {
    open.value = false;
  };
  return (
    <Dialog
      open={open.value}
      title="Keyboard"
      onClose={close}
      testId="keys"
      actions={
        <button type="button" onClick={close}>
          Close
        </button>
      }
    >
      <dl class="keys">
        {SHORTCUTS.map((each) => (
          <div key={each.keys}>
            <dt>
              <kbd>{each.keys}</kbd>
            </dt>
            <dd>{each.does}</dd>
          </div>
        ))}
      </dl>
      <label class="gf-check">
        <input
          type="checkbox"
          checked={singleKeys.value}
          onChange={(event) => {
            singleKeys.value = event.currentTarget.checked;
          }}
        />
        <span>Let 1 to 5, O and E act while a row of a decision has focus</span>
      </label>
    </Dialog>
  );
}
