// Who added to a signed exam, in the words of a reader.

import type { AmendmentView } from "./protocol/types";

const ROLES: Readonly<Record<AmendmentView["author"], string>> = {
  practitioner: "another practitioner",
  staff: "spa staff",
  software: "spa software",
  system: "the system",
};

export function addedBy(one: AmendmentView, examiner: string): string {
  return one.by_examiner ? examiner : ROLES[one.author];
}
