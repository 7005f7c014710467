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
}

/** Stands in for `fetch` until `vi.unstubAllGlobals()`. */
export function lateServer(): Late {
  const asked: Request[] = [];
  const open: ((response: Response) => void)[] = [];
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : null;
    asked.push({ method: init.method ?? "GET", path, body });
    return new Promise<Response>((resolve) => open.push(resolve));
  });
  const settle = (response: Response): void => {
    const first = open.shift();
    if (first === undefined) throw new Error("nothing is on its way");
    first(response);
  };
  return {
    asked,
    reached: async (count) => {
      await vi.waitUntil(() => asked.length >= count);
    },
    answer: (body) => settle(Response.json(body)),
    refuse: (status, code = "retry") => settle(Response.json({ error: { code } }, { status })),
  };
}
