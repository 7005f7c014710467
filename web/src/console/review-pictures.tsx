// The pictures of a packet, one by one. A picture is shown once the server has logged that it
// was opened: thumbnails are how to choose, and are not for deciding.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { ChartView, ReviewItemView, ReviewView } from "../shared/protocol/types";
import { Icon } from "../shared/ui/Icon";
import type { ChartDesk } from "./chart-desk";
import "./review.css";
import { nextPicture, openedWords, pictureName, pictures, sentWords } from "./reviews";
import { explain } from "./words";

const ZOOMS = [1, 2, 4] as const;

export function ReviewPictures(props: {
  chart: ChartDesk;
  view: ChartView;
  review: ReviewView;
}): JSX.Element {
  const { chart, view, review } = props;
  const current = useSignal<string | null>(null);
  const problem = useSignal<string | null>(null);
  const all = pictures(review);
  const at = all.findIndex((each) => each.key === current.value && each.opened);
  const next = nextPicture(review, current.value);

  async function open(item: ReviewItemView): Promise<void> {
    problem.value = null;
    current.value = item.key;
    if (item.opened || view.visit !== "in_review") return;
    const ack = await chart.act({
      type: "review.open",
      encounter_id: chart.encounterId,
      item: item.key,
    });
    if (!ack.ok) problem.value = explain(ack);
  }

  function openNext(): void {
    const item = all.find((each) => each.key === next);
    if (item !== undefined) void open(item);
  }

  return (
    <section class="pictures" aria-labelledby="pictures-title">
      <div class="gf-row gf-spread">
        <h2 id="pictures-title">What was sent</h2>
        <span class="gf-small" data-testid="opened-count" role="status">
          {openedWords(review)}
        </span>
      </div>
      <p class="gf-small gf-muted">
        {sentWords(review)}. Every picture that you open is written into the chart.
      </p>
      <Viewer encounterId={view.encounter_id} item={all[at] ?? null} index={at} />
      {problem.value !== null && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      <ul class="picture-strip">
        {all.map((each, index) => (
          <Thumbnail
            key={each.key}
            encounterId={view.encounter_id}
            item={each}
            index={index}
            current={current}
            onOpen={() => void open(each)}
          />
        ))}
      </ul>
      {next !== null && (
        <button type="button" data-testid="open-next" onClick={openNext}>
          Open the next picture
          <Icon name="next" />
        </button>
      )}
    </section>
  );
}

function Viewer(props: {
  encounterId: string;
  item: ReviewItemView | null;
  index: number;
}): JSX.Element {
  const { encounterId, item, index } = props;
  const zoom = useSignal<number>(1);
  if (item === null) {
    return (
      <div class="picture-none">
        <p>No picture is open. Choose one below.</p>
      </div>
    );
  }
  const name = pictureName(item, index);
  return (
    <figure class="picture">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="picture-frame" tabIndex={0} aria-label={`${name}, enlarged`}>
        <img
          key={item.key}
          class={`picture-x${zoom.value}`}
          src={`/api/v1/console/encounters/${encounterId}/pictures/${item.key}`}
          alt={name}
          data-testid="picture"
          draggable={false}
        />
      </section>
      <figcaption class="gf-row gf-spread">
        <span>{name}</span>
        <Zoom zoom={zoom} />
      </figcaption>
    </figure>
  );
}

function Zoom(props: { zoom: Signal<number> }): JSX.Element {
  return (
    <fieldset class="gf-row zoom">
      <legend class="visually-hidden">Size of the picture</legend>
      {ZOOMS.map((each) => (
        <button
          key={each}
          type="button"
          class="quiet"
          aria-pressed={props.zoom.value === each}
          data-testid={`zoom-${each}`}
          onClick={() => {
            props.zoom.value = each;
          }}
        >
          {each === 1 ? "Fit" : `${each}×`}
        </button>
      ))}
    </fieldset>
  );
}

function Thumbnail(props: {
  encounterId: string;
  item: ReviewItemView;
  index: number;
  current: Signal<string | null>;
  onOpen: () => void;
}): JSX.Element {
  const { encounterId, item, index, current, onOpen } = props;
  const name = pictureName(item, index);
  return (
    <li>
      <button
        id={`item-${item.key}`}
        type="button"
        class="quiet picture-thumb"
        aria-current={current.value === item.key ? "true" : undefined}
        data-testid={`item-${index}`}
        data-opened={item.opened}
        onClick={onOpen}
      >
        <img
          src={`/api/v1/console/encounters/${encounterId}/thumbnails/${item.key}`}
          alt=""
          loading="lazy"
        />
        <span class="gf-small">
          {item.opened && <Icon name="check" label="Opened" />} {name}
        </span>
      </button>
    </li>
  );
}
