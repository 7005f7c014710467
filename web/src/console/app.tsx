// The console behind its sign-in.

import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Desk } from "./desk";
import { DeskView } from "./desk-view";
import type { Session } from "./session";
import { SignedIn } from "./session";

export function App(): JSX.Element {
  return (
    <SignedIn
      audience="practitioner"
      endpoint="/api/v1/console/session"
      title="Sign in to the console"
    >
      {(session) => <Console session={session} />}
    </SignedIn>
  );
}

function Console(props: { session: Session }): JSX.Element | null {
  const [desk, setDesk] = useState<Desk | null>(null);
  useEffect(() => {
    const opened = new Desk();
    setDesk(opened);
    return () => opened.close();
  }, []);
  const { busy } = props.session;
  useEffect(() => {
    if (desk === null) return;
    const watching = effect(() => {
      const { call } = desk.state.value;
      busy.value = call !== null && call.state !== "ended";
    });
    return () => {
      watching();
      busy.value = false;
    };
  }, [desk, busy]);
  return desk === null ? null : <DeskView desk={desk} session={props.session} />;
}
