import { afterEach, expect, it, vi } from "vitest";
import { ApiError, api } from "./http";

afterEach(() => vi.unstubAllGlobals());

/** A server that answers so, in this order. */
function serverAnswers(...answers: readonly (readonly [number, unknown])[]): string[] {
  const asked: string[] = [];
  const left = [...answers];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    asked.push(`${init.method} ${path}`);
    const [status, body] = left.shift() ?? [500, {}];
    return new Response(JSON.stringify(body), { status });
  });
  return asked;
}

const OVER = [401, { error: { code: "session_expired", message: "", retry: false } }] as const;
const WRONG = [401, { error: { code: "sign_in_failed", message: "", retry: false } }] as const;

it("asks once more with the cookie that another request was given meanwhile", async () => {
  const asked = serverAnswers(OVER, [200, { fine: true }]);
  expect(await api("POST", "/api/v1/console/settings", {})).toEqual({ fine: true });
  expect(asked).toHaveLength(2);
});

it("takes a second word that the session is over", async () => {
  const asked = serverAnswers(OVER, OVER, [200, {}]);
  const refused = await api("GET", "/api/v1/console/session").catch((thrown) => thrown);
  expect(refused).toBeInstanceOf(ApiError);
  expect(refused).toMatchObject({ code: "session_expired", status: 401 });
  expect(asked).toHaveLength(2);
});

it("sends a password only once", async () => {
  const asked = serverAnswers(WRONG, [200, {}]);
  const refused = await api("POST", "/api/v1/console/session", {}).catch((thrown) => thrown);
  expect(refused).toMatchObject({ code: "sign_in_failed" });
  expect(asked).toHaveLength(1);
});
