// A dialog that the address opens: `#account` over whatever page one is on. Going back closes it.

import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** Every place that is a dialog over a page, and no page. */
const DIALOGS: ReadonlySet<string> = new Set(["#account", "#file"]);
const before = new Map<string, string>();

/** Whether the address names a dialog: the page behind it stays what it is. */
export function isDialogPlace(hash: string): boolean {
  return DIALOGS.has(hash);
}

/** Whether the address says so. */
export function useHashPlace(hash: string): Signal<boolean> {
  const open = useSignal(location.hash === hash);
  useEffect(() => {
    const follow = (event: HashChangeEvent): void => {
      open.value = location.hash === hash;
      if (open.value) before.set(hash, new URL(event.oldURL).hash);
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, [open, hash]);
  return open;
}

/** Back to where one was. */
export function leaveHashPlace(hash: string): void {
  if (location.hash === hash) location.hash = before.get(hash) ?? "";
}
