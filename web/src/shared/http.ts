// One way to ask the server: JSON in, JSON out, and every refusal as an ApiError with the
// stable code of the protocol page. A request that never reached the server is `offline`.

import type { Problem } from "./protocol/types";
import { freshly, STALE } from "./stepping-up";

const TIMEOUT_MS = 20_000;
const SENDING_MS = 90_000;
const OVER = "session_expired";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** A refusal, or `offline` when nobody answered. Never carries what was sent. */
export class ApiError extends Error {
  readonly code: string;
  readonly retry: boolean;
  readonly fields: readonly string[];
  readonly status: number;

  constructor(problem: Partial<Problem> & { code: string }, status: number) {
    super(problem.message ?? "");
    this.name = "ApiError";
    this.code = problem.code;
    this.retry = problem.retry ?? false;
    this.fields = problem.fields ?? [];
    this.status = status;
  }
}

/** Ask, and return the decoded answer (undefined for 204). Throws only ApiError. */
export async function api<T>(
  method: Method,
  path: string,
  body?: unknown,
  timeoutMs = TIMEOUT_MS,
): Promise<T> {
  const sent = method === "GET" ? {} : { body: JSON.stringify(body ?? {}) };
  const response = await reach(path, timeoutMs, {
    method,
    headers: method === "GET" ? {} : { "Content-Type": "application/json" },
    ...sent,
  });
  if (!response.ok) {
    throw new ApiError(await problemOf(response), response.status);
  }
  if (response.status === 204) {
    return undefined as T;
  }
  try {
    return (await response.json()) as T;
  } catch {
    throw new ApiError({ code: "unreadable_answer", retry: true }, response.status);
  }
}

/** Send a file as it is, with headers that say what it is to be. Throws only ApiError. */
export async function apiSend<T>(
  path: string,
  file: Blob,
  headers: Readonly<Record<string, string>>,
  timeoutMs = SENDING_MS,
): Promise<T> {
  const response = await reach(path, timeoutMs, {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/octet-stream" },
    body: file,
  });
  if (!response.ok) {
    throw new ApiError(await problemOf(response), response.status);
  }
  try {
    return (await response.json()) as T;
  } catch {
    throw new ApiError({ code: "unreadable_answer", retry: true }, response.status);
  }
}

/** Ask for a file, and return it whole. Throws only ApiError. */
export async function apiFile(path: string, timeoutMs = TIMEOUT_MS): Promise<Blob> {
  const response = await reach(path, timeoutMs, {});
  if (!response.ok) {
    throw new ApiError(await problemOf(response), response.status);
  }
  return await response.blob();
}

/** Whatever was thrown, as an ApiError, so that a screen can always show it. */
export function asApiError(thrown: unknown): ApiError {
  return thrown instanceof ApiError ? thrown : new ApiError({ code: "page_fault" }, 0);
}

/** The refusal in a socket's acknowledgement, as the same kind of error. */
export function apiErrorOf(problem: Problem | null): ApiError {
  return new ApiError(problem ?? { code: "other" }, 0);
}

/** A body of an error answer, or a stand-in when a proxy answered in its place. */
export function readProblem(body: unknown, status: number): Problem {
  const error = isObject(body) ? body.error : undefined;
  if (isObject(error) && typeof error.code === "string") {
    const fields = Array.isArray(error.fields) ? error.fields : [];
    return {
      code: error.code,
      message: typeof error.message === "string" ? error.message : "",
      retry: error.retry === true,
      fields: fields.filter((field): field is string => typeof field === "string"),
      opens_at_ms: null,
    };
  }
  const temporary = status >= 500 || status === 429;
  return {
    code: temporary ? "retry" : "bad_request",
    message: "",
    retry: temporary,
    fields: [],
    opens_at_ms: null,
  };
}

function reach(path: string, timeoutMs: number, init: RequestInit): Promise<Response> {
  return freshly(
    () => withCookie(path, timeoutMs, init),
    (response) => refusedFor(response, 403, STALE),
  );
}

async function withCookie(
  path: string,
  timeoutMs: number,
  init: RequestInit,
): Promise<Response> {
  const response = await tried(path, timeoutMs, init);
  // Another request, of this window or another, may have been given a new cookie meanwhile: what
  // was asked with the one before was refused before anything was done. Once, it is asked again.
  return (await refusedFor(response, 401, OVER)) ? tried(path, timeoutMs, init) : response;
}

async function refusedFor(response: Response, status: number, code: string): Promise<boolean> {
  if (response.status !== status) return false;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  return readProblem(body, response.status).code === code;
}

async function tried(path: string, timeoutMs: number, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, {
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
      ...init,
    });
  } catch {
    throw new ApiError({ code: "offline", retry: true }, 0);
  }
}

async function problemOf(response: Response): Promise<Problem> {
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    body = undefined;
  }
  return readProblem(body, response.status);
}

/** What might be inside a body of unknown make. */
interface Unread {
  readonly error?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly retry?: unknown;
  readonly fields?: unknown;
}

function isObject(value: unknown): value is Unread {
  return typeof value === "object" && value !== null;
}
