import { afterEach, expect, test, vi } from "vitest";
import { type Late, lateServer } from "../late-server";
import { AccountDesk } from "./desk";

afterEach(() => vi.unstubAllGlobals());

const CREATION = { challenge: "AA", user_id: "AA", algorithms: [], exclude: [] };

/** A browser that asks for a passkey until it is told to stop. */
function patientBrowser(): void {
  const create = ({ signal }: CredentialCreationOptions): Promise<never> =>
    new Promise((_, reject) => {
      signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
    });
  vi.stubGlobal("navigator", { credentials: { create } });
}

async function prompting(
  server: Late,
): Promise<{ desk: AccountDesk; making: Promise<boolean> }> {
  patientBrowser();
  const desk = new AccountDesk("ops");
  const making = desk.makePasskey("My laptop");
  await server.reached(1);
  server.answer(CREATION);
  await vi.waitUntil(() => desk.isPrompting);
  return { desk, making };
}

test("whoever does something else has given up the passkey that the browser asks for", async () => {
  const server = lateServer();
  const { desk, making } = await prompting(server);
  const changing = desk.change({ current: "old", password: "new" });
  expect(await making).toBe(false);
  await server.reached(2);
  server.answer({});
  expect(await changing).toBe(true);
  expect([desk.error.value, server.asked[1]?.path]).toEqual([null, "/api/v1/ops/password"]);
});

test("whoever leaves the page has given it up, too", async () => {
  const { desk, making } = await prompting(lateServer());
  desk.close();
  expect(await making).toBe(false);
});

test("a removal that was confirmed waits for what is on its way, and nothing is begun twice", async () => {
  const server = lateServer();
  const desk = new AccountDesk("ops");
  const coding = desk.newCodes();
  await server.reached(1);
  await desk.newCodes();
  const removing = desk.removePasskey("key-1");
  server.answer({ factors: {}, codes: [] });
  await coding;
  await server.reached(2);
  server.answer({});
  await removing;
  expect(server.asked.map((one) => one.method)).toEqual(["POST", "DELETE"]);
});
