// Stand-ins for tests: a patient's page in no browser, and a server that answers when it is told to.

import { vi } from "vitest";
import type { JoinStateView } from "../shared/protocol/types";
import { JoinSession } from "./session";

export function viewOf(change: Partial<JoinStateView> = {}): JoinStateView {
  const view: Partial<JoinStateView> = {
    encounter_id: "e",
    step: "health",
    visit: "intake",
    kiosk: false,
    language: "en",
    identity: null,
    answers: {},
    answers_done: false,
    minor: false,
    room: null,
    emergency: false,
    emergency_raised: false,
    coverage: null,
    forward: null,
    callback: null,
    result: null,
    demo: true,
    ...change,
  };
  return view as JoinStateView;
}

/** One request that is on its way. */
export interface Asked {
  readonly what: string;
  readonly body: unknown;
  readonly answer: (body: unknown, status?: number) => Promise<void>;
}

/** Every request to the server, oldest first; the site's own facts are never asked for in vain. */
export const asked: Asked[] = [];

/** The newest request of a name, as "PUT answers". */
export function last(what: string): Asked {
  const found = asked.findLast((one) => one.what === what);
  if (found === undefined) {
    throw new Error(`${what} was not asked for: ${asked.map((one) => one.what).join(", ")}`);
  }
  return found;
}

export const settled = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve);
  });

/** Put up what a page finds around it. Take it down with `vi.unstubAllGlobals`. */
export function standIn(): void {
  asked.length = 0;
  const page = Object.assign(new EventTarget(), {
    visibilityState: "visible",
    documentElement: { lang: "en" },
  });
  vi.stubGlobal("document", page);
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("location", { hash: "", pathname: "/join", replace: vi.fn() });
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    const what = `${init.method} ${path.split("/").at(-1)}`;
    const body = typeof init.body === "string" ? JSON.parse(init.body) : null;
    return new Promise<Response>((resolve) => {
      const answer = (given: unknown, status = 200): Promise<void> => {
        resolve(new Response(JSON.stringify(given), { status }));
        return settled();
      };
      asked.push({ what, body, answer });
    });
  });
}

/** A page that a reload brought to where the view says. */
export async function pageAt(view: JoinStateView): Promise<JoinSession> {
  const session = new JoinSession();
  void session.start();
  await last("GET state").answer(view);
  return session;
}
