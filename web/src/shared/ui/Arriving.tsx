// Whoever comes by a link, or asks to be let in again, before the page they come to.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { AccountView, Audience, RecoveryAskedView } from "../protocol/types";
import { type Arrival, arrivalOf, hashOfAsked } from "./arrivals";
import { Invitation } from "./Invitation";
import { LostDevice } from "./LostDevice";

export interface Arrivals {
  readonly now: Arrival | null;
  /** What was asked is written to the address, so that the page may be loaded again. */
  readonly asked: (view: RecoveryAskedView) => void;
  /** The address says nothing of it any more, and nor does the browser's history. */
  readonly over: () => void;
}

export function useArrival(): Arrivals {
  const now = useSignal<Arrival | null>(arrivalOf(location.hash));
  useEffect(() => {
    const follow = (): void => {
      now.value = arrivalOf(location.hash);
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, [now]);
  const write = (hash: string): void => {
    history.replaceState(null, "", `${location.pathname}${hash}`);
    now.value = arrivalOf(hash);
  };
  return {
    now: now.value,
    asked: (view) => write(hashOfAsked(view.secret, view.phrase)),
    over: () => write(""),
  };
}

export function Arriving(props: {
  audience: Exclude<Audience, "patient">;
  arrival: Arrivals;
  onEntered: (account: AccountView) => void;
}): JSX.Element {
  const { audience, arrival, onEntered } = props;
  const entered = (account: AccountView): void => {
    arrival.over();
    onEntered(account);
  };
  return (
    <main>
      {arrival.now?.name === "invited" ? (
        <Invitation secret={arrival.now.secret} onEntered={entered} onLeave={arrival.over} />
      ) : (
        <LostDevice
          audience={audience}
          asked={arrival.now?.name === "asked" ? arrival.now : null}
          onAsked={arrival.asked}
          onEntered={entered}
          onLeave={arrival.over}
        />
      )}
    </main>
  );
}
