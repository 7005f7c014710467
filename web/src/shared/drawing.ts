// When a page draws what has changed: at once, unless something that cannot wait is about to
// arrive. Drawing a large page takes longer than connecting a call, and what arrives meanwhile
// lies there until it is done. What is shown, and how, is no matter of this.

import { options } from "preact";

type Draw = () => void;

let held: Draw[] | null = null;
let limit: ReturnType<typeof setTimeout> | undefined;

/** Have drawing ask here first. Once for a page, before anything is drawn. */
export function watchDrawing(): void {
  options.debounceRendering = (draw) => {
    if (held === null) queueMicrotask(draw);
    else held.push(draw);
  };
}

/** Draw nothing until `drawAgain`, or until so many milliseconds have passed. */
export function holdDrawing(mostMs: number): void {
  held ??= [];
  clearTimeout(limit);
  limit = setTimeout(drawAgain, mostMs);
}

/** Draw what was held, and from now on at once. */
export function drawAgain(): void {
  clearTimeout(limit);
  const waiting = held ?? [];
  held = null;
  for (const draw of waiting) queueMicrotask(draw);
}
