// The call has been gone for a while: what the practitioner can do, and what each way does.

import type { JSX } from "preact";
import { useArrivalFocus } from "../shared/ui/focus";
import { Icon, type IconName } from "../shared/ui/Icon";
import type { Desk } from "./desk";

interface Way {
  readonly id: string;
  readonly icon: IconName;
  readonly label: string;
  readonly text: string;
  readonly act: (desk: Desk, encounterId: string) => void;
}

const WAYS: readonly Way[] = [
  {
    id: "lost-wait",
    icon: "clock",
    label: "Keep waiting",
    text: "The call goes on by itself as soon as it can. If that takes too long, the patient goes back to the head of the line.",
    act: (desk) => desk.call.patience.keepWaiting(),
  },
  {
    id: "lost-release",
    icon: "people",
    label: "Give the patient back to the line",
    text: "The call ends. The patient keeps their place and is offered to another practitioner. You are set to away. What you charted stays.",
    act: (desk, encounterId) => void desk.release(encounterId),
  },
  {
    id: "lost-park",
    icon: "pause",
    label: "End and decide later",
    text: "The call ends. The chart is kept unsigned in your list, and you are free for the next patient. You can decide and sign later.",
    act: (desk, encounterId) => void desk.park(encounterId),
  },
];

export function Interrupted(props: { desk: Desk; encounterId: string }): JSX.Element {
  const { desk, encounterId } = props;
  const title = useArrivalFocus<HTMLHeadingElement>();
  return (
    <section class="call-lost" aria-labelledby="lost-title" data-testid="call-lost">
      <div role="status">
        <h3 id="lost-title" ref={title} tabIndex={-1}>
          The connection is still gone. What now?
        </h3>
      </div>
      <ul>
        {WAYS.map((way) => (
          <li key={way.id}>
            <button
              type="button"
              class={way.id === "lost-wait" ? "" : "secondary"}
              data-testid={way.id}
              aria-describedby={`${way.id}-text`}
              onClick={() => way.act(desk, encounterId)}
            >
              <Icon name={way.icon} />
              {way.label}
            </button>
            <p id={`${way.id}-text`}>{way.text}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
