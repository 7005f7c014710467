// Moving the focus on purpose.

/** Focus an element by id: of a set of choices its chosen or first one, of a field its text. */
export function focusOn(id: string): void {
  const element = document.getElementById(id);
  if (element === null) return;
  const target = element.matches("fieldset, .row-field")
    ? (inside(element) ?? element)
    : element;
  target.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
}

function inside(element: HTMLElement): HTMLElement | null {
  return (
    element.querySelector<HTMLElement>("input:checked") ??
    element.querySelector<HTMLElement>("input:not(:disabled), textarea:not(:disabled)")
  );
}

let lastKeyMs = Number.NEGATIVE_INFINITY;
document.addEventListener("keydown", () => (lastKeyMs = performance.now()), { capture: true });

/** How long ago a key was pressed anywhere on the page, in ms. */
export function sinceLastKey(): number {
  return performance.now() - lastKeyMs;
}
