// The browser's own modal dialog: focus is held inside and comes back, Escape closes.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

export interface DialogProps {
  readonly open: boolean;
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly testId?: string;
  readonly class?: string;
  /** It is read before anything is typed: the focus begins at its title, not at a field. */
  readonly reads?: boolean;
}

export function Dialog(props: DialogProps): JSX.Element {
  const { open, title, onClose, children, actions, testId, reads } = props;
  const element = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = element.current;
    if (open && dialog?.open === false) {
      dialog.showModal();
      if (reads === true) heading.current?.focus();
    } else if (!open && dialog?.open === true) {
      dialog.close();
    }
  }, [open, reads]);
  return (
    <dialog
      ref={element}
      class={props.class === undefined ? "gf-dialog" : `gf-dialog ${props.class}`}
      aria-labelledby={titleId}
      data-testid={testId}
      onClose={() => open && onClose()}
    >
      <h2 ref={heading} id={titleId} tabIndex={reads === true ? -1 : undefined}>
        {title}
      </h2>
      {open && children}
      {open && actions !== undefined && <div class="gf-dialog-actions">{actions}</div>}
    </dialog>
  );
}
