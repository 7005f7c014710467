// Alerts and changes in words. Pure.

import type { AlertName, OpsAlert, OpsNotice } from "../shared/protocol/types";

const CONDITION: Readonly<Record<AlertName, string>> = {
  oldest_wait: "Somebody has waited too long",
  nobody_eligible: "Somebody waits whom nobody on duty may see",
  missed_offers: "Too many offers are missed",
  review_overdue: "What a patient sent has not been reviewed in time",
  credentials_expiring: "Credentials of practitioners end soon",
  emergency_access: "Charts were opened in an emergency; compliance reviews it",
  emergency_sign_in: "An emergency account signed in; compliance looks at it",
};

const LEFT: Readonly<Record<string, string>> = {
  missed_offers_max: "after missing two offers in a row",
  presence_grace_expired: "because their page was gone",
  shift_ended: "at the end of the shift",
};

export function alertSentence(one: OpsAlert): string {
  const condition = CONDITION[one.code];
  if (one.code === "credentials_expiring") return `${condition}: ${one.count} not looked at.`;
  if (one.code === "emergency_access" || one.code === "emergency_sign_in") {
    return `${condition} (${one.count} ${one.count === 1 ? "waits" : "wait"}).`;
  }
  if (one.jurisdiction === null) return `${condition}: ${one.count} in the last while.`;
  const who = one.count === 1 ? "1 patient" : `${one.count} patients`;
  if (one.code === "review_overdue") {
    const late = one.count === 1 ? "1 review" : `${one.count} reviews`;
    return `${one.jurisdiction}: ${condition.toLowerCase()} (${late} overdue).`;
  }
  return `${one.jurisdiction}: ${condition.toLowerCase()} (${who} waiting).`;
}

export function noticeSentence(one: OpsNotice): string {
  const who = one.practitioner ?? "A practitioner";
  switch (one.kind) {
    case "alert_raised":
      return `Alert${inPlace(one)}: ${conditionOf(one)}`;
    case "alert_cleared":
      return `Over${inPlace(one)}: ${conditionOf(one)}`;
    case "came":
      return `${who} came on duty`;
    case "left": {
      const why = LEFT[one.code ?? ""];
      return why === undefined ? `${who} went off duty` : `${who} went off duty ${why}`;
    }
    case "missed":
      return `${who} missed an offer${inPlace(one)}`;
  }
}

function inPlace(one: OpsNotice): string {
  return one.jurisdiction === null ? "" : ` in ${one.jurisdiction}`;
}

function conditionOf(one: OpsNotice): string {
  const known = one.code !== null && one.code in CONDITION;
  return known ? CONDITION[one.code as AlertName].toLowerCase() : "a condition";
}
