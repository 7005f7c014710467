// A dialog with one form: it is sent with its last button or Enter, and left by the other.

import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import type { Asking } from "../asking";
import { Dialog } from "./Dialog";
import { ErrorBox } from "./ErrorBox";

export interface FormDialogProps {
  readonly open: boolean;
  readonly title: string;
  readonly testId: string;
  /** Of the form: how its fields stand. */
  readonly class: string;
  readonly asking: Asking;
  /** Whether a refusal is said above the form; a field of it may say it itself. */
  readonly tells?: boolean;
  /** The button that sends it. */
  readonly send: { readonly words: string; readonly testId: string };
  readonly ready: boolean;
  readonly onSend: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function FormDialog(props: FormDialogProps): JSX.Element {
  const { asking, send, ready, onSend, onClose } = props;
  const form = useId();
  return (
    <Dialog
      open={props.open}
      title={props.title}
      onClose={onClose}
      testId={props.testId}
      actions={
        <>
          <button type="button" class="secondary" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            form={form}
            data-testid={send.testId}
            disabled={!ready}
            aria-busy={asking.busy.value}
          >
            {send.words}
          </button>
        </>
      }
    >
      <form
        id={form}
        class={props.class}
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !asking.busy.value) void onSend();
        }}
      >
        {props.tells !== false && <ErrorBox error={asking.error.value} />}
        {props.children}
      </form>
    </Dialog>
  );
}
