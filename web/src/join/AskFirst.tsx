// A button whose act cannot be undone: pressed, it asks once, and staying is as near as going on.

import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { Dialog } from "../shared/ui/Dialog";

export interface AskFirstProps {
  /** Of the button; the dialog's are `<testId>-confirm` and `<testId>-cancel`. */
  readonly testId: string;
  readonly buttonClass: string;
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly no: string;
  /** How the button in the dialog that goes on looks; the primary one where nothing is said. */
  readonly yesClass?: string;
  readonly onYes: () => void;
  readonly children: ComponentChildren;
}

export function AskFirst(props: AskFirstProps): JSX.Element {
  const { testId, title, yesClass } = props;
  const asking = useSignal(false);
  const stay = (): void => {
    asking.value = false;
  };
  return (
    <>
      <button
        type="button"
        class={props.buttonClass}
        data-testid={testId}
        onClick={() => {
          asking.value = true;
        }}
      >
        {props.children}
      </button>
      <Dialog
        open={asking.value}
        title={title}
        onClose={stay}
        actions={
          <>
            <button
              type="button"
              class={yesClass}
              data-testid={`${testId}-confirm`}
              onClick={() => {
                stay();
                props.onYes();
              }}
            >
              {props.yes}
            </button>
            <button
              type="button"
              class={yesClass === undefined ? "secondary" : undefined}
              data-testid={`${testId}-cancel`}
              onClick={stay}
            >
              {props.no}
            </button>
          </>
        }
      >
        <p>{props.text}</p>
      </Dialog>
    </>
  );
}
