// A QR code drawn as one SVG path, here in the browser: the link is sent to nobody for it.

import type { JSX } from "preact";
import { encode } from "uqr";

/** Light modules around the code that scanners need (ISO/IEC 18004: four). */
const QUIET = 4;

export function QrCode(props: { text: string; label: string }): JSX.Element {
  const { data, size } = encode(props.text, { ecc: "M", border: 0 });
  const side = size + 2 * QUIET;
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${side} ${side}`}
      shape-rendering="crispEdges"
      role="img"
      aria-label={props.label}
    >
      <rect width={side} height={side} fill="#ffffff" />
      <path d={pathOf(data)} fill="#000000" />
    </svg>
  );
}

/** Each run of dark modules in a row is one rectangle. */
export function pathOf(data: readonly (readonly boolean[])[]): string {
  const parts: string[] = [];
  for (const [y, row] of data.entries()) {
    for (let x = 0; x < row.length; x++) {
      if (row[x] !== true) continue;
      const from = x;
      while (row[x + 1] === true) x++;
      parts.push(`M${from + QUIET} ${y + QUIET}h${x - from + 1}v1h${from - x - 1}z`);
    }
  }
  return parts.join("");
}
