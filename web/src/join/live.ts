// What the socket has told this page, folded into one value. Pure.

import type {
  AdmissionView,
  CallSetup,
  CallStatus,
  PatientEvent,
  PractitionerCard,
  Visit,
  WaitEstimate,
} from "../shared/protocol/types";

export interface Live {
  readonly visit: Visit | null;
  readonly ringing: boolean;
  readonly wait: WaitEstimate | null;
  /** Whether the patient may begin to wait, when the socket has said so. */
  readonly admission: AdmissionView | null;
  readonly practitioner: PractitionerCard | null;
  readonly setup: CallSetup | null;
  readonly call: CallStatus | null;
}

export const NOTHING_LIVE: Live = {
  visit: null,
  ringing: false,
  wait: null,
  admission: null,
  practitioner: null,
  setup: null,
  call: null,
};

export function reduceLive(live: Live, event: PatientEvent): Live {
  switch (event.type) {
    case "patient.sync": {
      const { visit, ringing, wait, practitioner, setup, call } = event;
      return { visit, ringing, wait, admission: live.admission, practitioner, setup, call };
    }
    case "queue.changed": {
      const visit = beforeQueue(live.visit) ? "waiting" : live.visit;
      return { ...live, visit, ringing: event.ringing, wait: event.wait };
    }
    case "admission.changed": {
      const { admitted, opens_at_ms } = event;
      return { ...live, admission: { admitted, opens_at_ms } };
    }
    case "call.started": {
      const practitioner = event.practitioner ?? live.practitioner;
      return {
        ...live,
        visit: "in_progress",
        ringing: false,
        practitioner,
        setup: event.setup,
        call: null,
      };
    }
    case "call.changed":
      return isOld(live, event.call) ? live : { ...live, call: event.call };
    case "visit.changed":
      return afterVisit(live, event.visit);
    default:
      return live;
  }
}

/** What the page may assume as soon as the server said yes to `queue.join`. */
export function joined(live: Live): Live {
  const before = beforeQueue(live.visit) || live.visit === "left";
  return before ? { ...live, visit: "waiting" } : live;
}

function afterVisit(live: Live, visit: Visit): Live {
  if (visit === "in_progress") {
    return { ...live, visit };
  }
  const practitioner = visit === "waiting" ? null : live.practitioner;
  return { ...live, visit, ringing: false, practitioner, setup: null, call: null };
}

function isOld(live: Live, call: CallStatus): boolean {
  return live.setup !== null && call.generation < live.setup.generation;
}

function beforeQueue(visit: Visit | null): boolean {
  return visit === null || visit === "requested" || visit === "intake";
}
