import { afterEach, expect, it, vi } from "vitest";
import { ApiError, api } from "./http";
import { answerProof, dialogOpened, proofAsked } from "./stepping-up";

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

const STALE_ANSWER = [
  403,
  { error: { code: "step_up_required", message: "", retry: false } },
] as const;
it("does again what took a fresh proof, once that was given", async () => {
  const asked = serverAnswers(STALE_ANSWER, [200, { fine: true }]);
  const close = dialogOpened();
  const answer = api("POST", "/api/v1/portal/endpoints", {});
  await vi.waitUntil(() => proofAsked.value);
  answerProof(true);
  expect(await answer).toEqual({ fine: true });
  expect(asked).toEqual(["POST /api/v1/portal/endpoints", "POST /api/v1/portal/endpoints"]);
  close();
});

it("says what was refused when no proof was given, or the page cannot ask for one", async () => {
  const asked = serverAnswers(STALE_ANSWER, STALE_ANSWER);
  const close = dialogOpened();
  const answer = api("POST", "/api/v1/portal/endpoints", {}).catch((thrown) => thrown);
  await vi.waitUntil(() => proofAsked.value);
  answerProof(false);
  expect(await answer).toMatchObject({ code: "step_up_required", status: 403 });
  close();
  const later = await api("GET", "/api/v1/portal/file").catch((thrown) => thrown);
  expect(later).toMatchObject({ code: "step_up_required" });
  expect(asked).toHaveLength(2);
});
