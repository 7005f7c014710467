import { afterEach, expect, test, vi } from "vitest";
import { type Late, lateServer } from "../late-server";
import { Proving } from "./proving";

afterEach(() => vi.unstubAllGlobals());

const QUESTION = { challenge: "AA", rp_id: "exams.example", allow: [], timeout_ms: 300_000 };
const PATH = "/api/v1/ops/session/step-up";

interface Browser {
  readonly asked: () => number;
  readonly stopped: () => number;
}

/** A browser that asks for a passkey until it is told to stop. */
function patientBrowser(): Browser {
  let [asked, stopped] = [0, 0];
  const get = ({ signal }: CredentialRequestOptions): Promise<never> => {
    asked += 1;
    return new Promise((_, reject) => {
      signal?.addEventListener("abort", () => {
        stopped += 1;
        reject(new DOMException("", "AbortError"));
      });
    });
  };
  vi.stubGlobal("navigator", { credentials: { get } });
  return { asked: () => asked, stopped: () => stopped };
}

async function touching(server: Late, browser: Browser): Promise<Proving> {
  const proving = new Proving(PATH);
  const loading = proving.load();
  await server.reached(1);
  server.answer({ ways: ["passkey", "password"] });
  await loading;
  void proving.touch();
  await server.reached(2);
  server.answer(QUESTION);
  await vi.waitUntil(() => browser.asked() === 1);
  return proving;
}

test("a password that is typed while the browser asks for a passkey is sent", async () => {
  const server = lateServer();
  const browser = patientBrowser();
  const proving = await touching(server, browser);
  proving.typed.value = "correct horse";
  const sending = proving.submit();
  expect(browser.stopped()).toBe(1);
  await server.reached(3);
  expect(server.asked[2]).toEqual({
    method: "POST",
    path: PATH,
    body: { password: "correct horse" },
  });
  server.refuse(401, "sign_in_failed");
  await sending;
  expect([proving.error.value?.code, proving.busy.value]).toEqual(["sign_in_failed", false]);
});

test("a dialog that is closed asks for no passkey, and the next one begins anew", async () => {
  const server = lateServer();
  const browser = patientBrowser();
  const proving = await touching(server, browser);
  proving.close();
  await Promise.resolve();
  expect([browser.stopped(), proving.busy.value, proving.error.value]).toEqual([
    1,
    false,
    null,
  ]);
  void proving.touch();
  await server.reached(3);
  server.answer(QUESTION);
  await vi.waitUntil(() => browser.asked() === 2);
});

test("what an earlier dialog asked says nothing in this one", async () => {
  const server = lateServer();
  const proving = new Proving(PATH);
  proving.view.value = { ways: ["code"] } as NonNullable<typeof proving.view.value>;
  proving.typed.value = "000000";
  const sending = proving.submit();
  await server.reached(1);
  const loading = proving.load();
  await server.reached(2);
  server.refuse(401, "code_refused");
  await sending;
  expect(proving.error.value).toBeNull();
  server.answer({ ways: ["code"] });
  await loading;
  proving.typed.value = "111111";
  void proving.submit();
  await server.reached(3);
});
