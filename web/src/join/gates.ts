// What the patient says of the gates before care: guardian, who is there, consent taken back, help.

import { api, apiErrorOf } from "../shared/http";
import type {
  Ack,
  GuardianForm,
  JoinStateView,
  PersonInRoomInput,
} from "../shared/protocol/types";
import type { JoinSession } from "./session";

export function putGuardian(session: JoinSession, form: GuardianForm): Promise<boolean> {
  return put(session, "guardian", form);
}

export function putRoom(
  session: JoinSession,
  people: readonly PersonInRoomInput[],
): Promise<boolean> {
  return put(session, "room", { people });
}

export function withdraw(session: JoinSession): Promise<boolean> {
  return ask(session, () => session.room.withdraw());
}

export function callForHelp(session: JoinSession): Promise<boolean> {
  const encounterId = session.view.value?.encounter_id ?? "";
  return ask(session, async () => {
    // Pressed twice: when the second has its turn, the first has told them.
    const told = session.view.value?.emergency_raised === true;
    return told ? null : await session.room.callForHelp(encounterId);
  });
}

function put(session: JoinSession, path: string, form: object): Promise<boolean> {
  return session.busily(async () => {
    session.enter(await api<JoinStateView>("PUT", `/api/v1/join/${path}`, form));
    session.back.value = null;
  });
}

/** What takes a place, a consent or help: never lost to what is on its way just then. */
function ask(session: JoinSession, send: () => Promise<Ack | null>): Promise<boolean> {
  return session.surely(async () => {
    const ack = await send();
    if (ack?.ok === false) {
      throw apiErrorOf(ack.error);
    }
    await session.refresh();
  });
}
