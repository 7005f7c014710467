// Where one is on the page, as the address says it: `#today`, `#history/2026-11-27`. Pure.

export interface Place {
  readonly tab: string;
  /** What follows the tab's name, such as a day. */
  readonly rest: string | null;
}

/** Read the address's fragment; what names no tab is the first one. */
export function placeOfHash(hash: string, tabs: readonly string[]): Place {
  const [name = "", rest] = hash.replace(/^#/, "").split("/");
  const tab = tabs.includes(name) ? name : (tabs[0] ?? "");
  return { tab, rest: tab === name && rest !== undefined && rest !== "" ? rest : null };
}

export function hashOf(place: Place): string {
  return place.rest === null ? `#${place.tab}` : `#${place.tab}/${place.rest}`;
}

/** A day such as 2026-11-27 that is on the calendar, else null. */
export function dayOf(text: string | null): string | null {
  if (text === null || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) ? text : null;
}
