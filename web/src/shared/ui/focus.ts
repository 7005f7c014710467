// Where the focus goes when something appears that asks for a decision, and when it is gone.

import { useEffect, useRef } from "preact/hooks";

interface Focusable {
  readonly current: HTMLElement | null;
}

/** A ref that takes the focus when it appears, unless the focus is in use somewhere. */
export function useArrivalFocus<Element extends HTMLElement>(): { current: Element | null } {
  const element = useRef<Element>(null);
  useEffect(() => takeFocus(element), []);
  return element;
}

function takeFocus(element: Focusable): void {
  const { activeElement } = document;
  if (activeElement === null || activeElement === document.body) {
    element.current?.focus();
  }
}
