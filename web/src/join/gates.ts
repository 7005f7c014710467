// What the patient says of the gates before care: guardian, who is there, consent taken back, a
// place in line given up.

import { apiErrorOf } from "../shared/http";
import type { Ack, GuardianForm, PersonInRoomInput } from "../shared/protocol/types";
import type { JoinSession } from "./session";

export function putGuardian(session: JoinSession, form: GuardianForm): Promise<boolean> {
  return session.put("guardian", form);
}

/** Who is there changes by `change`: of those whom the server knows when it has its turn. */
export function putRoom(
  session: JoinSession,
  change: (people: readonly PersonInRoomInput[]) => readonly PersonInRoomInput[],
): Promise<boolean> {
  const form = (): object => ({ people: change(session.view.value?.room ?? []) });
  return session.put("room", form, { stays: true, surely: true });
}

export function withdraw(session: JoinSession): Promise<boolean> {
  return ask(session, () => session.room.withdraw());
}

export function leaveQueue(session: JoinSession): Promise<boolean> {
  return ask(session, () => session.room.leave());
}

/** What takes a place or a consent: never lost to what is on its way just then. */
function ask(session: JoinSession, send: () => Promise<Ack | null>): Promise<boolean> {
  return session.surely(async () => {
    const ack = await send();
    if (ack?.ok === false) {
      throw apiErrorOf(ack.error);
    }
    await session.refresh();
  });
}
