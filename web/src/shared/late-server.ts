// A server for tests of desks: it answers when it is told to, the oldest request first.

import { vi } from "vitest";

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

export interface Late {
  /** All that was asked, the oldest first. */
  readonly asked: readonly Request[];
  /** So many were asked in all. */
  readonly reached: (count: number) => Promise<void>;
  readonly answer: (body: unknown) => void;
  readonly refuse: (status: number, code?: string) => void;
  /** Nobody answers: there is no connection. */
  readonly drop: () => void;
}

interface Waiting {
  readonly resolve: (response: Response) => void;
  readonly reject: (why: Error) => void;
}

/** Stands in for `fetch` until `vi.unstubAllGlobals()`. */
export function lateServer(): Late {
  const asked: Request[] = [];
  const open: Waiting[] = [];
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : null;
    asked.push({ method: init.method ?? "GET", path, body });
    return new Promise<Response>((resolve, reject) => open.push({ resolve, reject }));
  });
  const oldest = (): Waiting => {
    const first = open.shift();
    if (first === undefined) throw new Error("nothing is on its way");
    return first;
  };
  return {
    asked,
    reached: async (count) => {
      await vi.waitUntil(() => asked.length >= count);
    },
    answer: (body) => oldest().resolve(Response.json(body)),
    refuse: (status, code = "retry") =>
      oldest().resolve(Response.json({ error: { code } }, { status })),
    drop: () => oldest().reject(new TypeError("no connection")),
  };
}
