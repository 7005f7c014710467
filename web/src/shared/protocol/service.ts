// What the server can do just now, as it last said: of this page, whatever else it shows.

import { signal } from "@preact/signals";
import type { ServiceChanged } from "./types";

export type Service = Pick<ServiceChanged, "database" | "bus">;

export const ALL_WELL: Service = { database: "ok", bus: "ok" };

export const service = signal<Service>(ALL_WELL);

export function isServiceChange(event: object): event is ServiceChanged {
  return "type" in event && event.type === "service.changed";
}

/** What a person has to know of it: for the people of an exam the bus makes no difference. */
export function troubles(
  now: Service,
  forOperations: boolean,
): readonly ("database" | "bus")[] {
  const found: ("database" | "bus")[] = [];
  if (now.database === "away") found.push("database");
  if (forOperations && now.bus === "degraded") found.push("bus");
  return found;
}
