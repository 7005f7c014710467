// A chart with its name, its key, what is pointed at, and the same in a sentence. Drawn anew when
// the figures or the colours change; the drawing itself is loaded when it is first needed.

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { clockTime, dayOf } from "../../shared/format";
import type { Plot } from "./plot";
import { type ChartData, type Line, shown, summary } from "./series";

export interface ChartProps {
  readonly title: string;
  readonly data: ChartData;
  readonly timeZone: string;
  /** Points are days rather than half hours. */
  readonly daily?: boolean;
}

export function Chart(props: ChartProps): JSX.Element {
  const { data, timeZone, daily = false } = props;
  const place = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const [failed, setFailed] = useState(false);
  const dark = useDarkness();
  const key = JSON.stringify(data);
  useEffect(() => {
    const found = place.current;
    if (found === null || data.times.length === 0) return;
    return drawnIn(found, data, { timeZone, daily }, setPointed, () => setFailed(true));
  }, [key, timeZone, daily, dark]);
  return (
    <figure class="chart">
      <figcaption>
        <h3>{props.title}</h3>
        <Key data={data} />
      </figcaption>
      {data.times.length === 0 ? (
        <p class="gf-muted">Nothing yet.</p>
      ) : (
        <div
          ref={place}
          class="chart-place"
          role="img"
          aria-label={`${props.title}. ${summary(data)}`}
        />
      )}
      {failed && (
        <p class="gf-muted">The drawing could not be loaded; the table has the figures.</p>
      )}
      <p class="chart-point gf-small gf-muted">
        {pointed === null ? summary(data) : told(props, pointed)}
      </p>
    </figure>
  );
}

/** Draw, follow the width of the place, and return how to take it away again. */
function drawnIn(
  place: HTMLElement,
  data: ChartData,
  when: { timeZone: string; daily: boolean },
  onPoint: (index: number | null) => void,
  onFailure: () => void,
): () => void {
  let plot: Plot | null = null;
  let over = false;
  const watcher = new ResizeObserver(() => plot?.resize(place.clientWidth));
  import("./plot").then(({ draw }) => {
    if (over) return;
    plot = draw(place, data, when, onPoint);
    watcher.observe(place);
  }, onFailure);
  return () => {
    over = true;
    watcher.disconnect();
    plot?.destroy();
    onPoint(null);
  };
}

function told(props: ChartProps, index: number): string {
  const { data, timeZone } = props;
  const at = (data.times[index] ?? 0) * 1_000;
  const when = props.daily === true ? dayOf(at, "en-US", timeZone) : clockTime(at, timeZone);
  const parts = data.lines.map(
    (line) => `${line.name} ${shown((line.told ?? line.values)[index] ?? null, data.unit)}`,
  );
  return `${when}: ${parts.join(", ")}`;
}

function Key(props: { data: ChartData }): JSX.Element {
  return (
    <ul class="chart-key">
      {props.data.lines.map((line) => (
        <li key={line.name}>
          <Sample line={line} /> {line.name}
        </li>
      ))}
      {props.data.target !== null && (
        <li>
          <svg class="key-sample key-danger" viewBox="0 0 28 10" aria-hidden="true">
            <line x1="0" x2="28" y1="5" y2="5" stroke-dasharray="4 4" />
          </svg>{" "}
          {shown(props.data.target, props.data.unit)}
        </li>
      )}
    </ul>
  );
}

function Sample(props: { line: Line }): JSX.Element {
  const { stroke, tint } = props.line;
  const dash = { whole: undefined, dashed: "8 5", dotted: "2 4", bar: undefined }[stroke];
  return (
    <svg class={`key-sample key-${tint}`} viewBox="0 0 28 10" aria-hidden="true">
      {stroke === "bar" ? (
        <rect width="28" height="10" />
      ) : (
        <line x1="0" x2="28" y1="5" y2="5" stroke-dasharray={dash} />
      )}
    </svg>
  );
}

function useDarkness(): boolean {
  const [dark, setDark] = useState(false);
  useEffect(() => {
    const wanted = matchMedia("(prefers-color-scheme: dark)");
    const follow = (): void => setDark(wanted.matches);
    follow();
    wanted.addEventListener("change", follow);
    return () => wanted.removeEventListener("change", follow);
  }, []);
  return dark;
}
