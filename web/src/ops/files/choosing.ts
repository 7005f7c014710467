// Which practitioners of the list are shown: by what is to be done, and by name. Pure.

import type { Physician } from "../../shared/files/part-form";
import type {
  FileRowView,
  PractitionerFileView,
  PractitionersView,
} from "../../shared/protocol/types";

export type Choice = "all" | "incomplete" | "unverified" | "ending";

export const CHOICES: readonly { readonly value: Choice; readonly label: string }[] = [
  { value: "all", label: "Everybody" },
  { value: "incomplete", label: "Files that are not complete" },
  { value: "unverified", label: "Licences to be looked at" },
  { value: "ending", label: "What ends soon" },
];

const HOLDS: Readonly<Record<Choice, (one: FileRowView) => boolean>> = {
  all: () => true,
  incomplete: (one) => one.active && !one.cleared,
  unverified: (one) => one.active && one.unverified > 0,
  ending: (one) => one.active && one.ends.length > 0,
};

/** Those whom a choice and a part of a name leave, in the order of the list. */
export function chosen(
  people: readonly FileRowView[],
  choice: Choice,
  words: string,
): FileRowView[] {
  const wanted = words.trim().toLowerCase();
  return people.filter(
    (one) =>
      HOLDS[choice](one) &&
      `${one.display_name} ${one.login} ${one.npi}`.toLowerCase().includes(wanted),
  );
}

const PHYSICIANS: readonly string[] = ["MD", "DO"];

/** Who of the network may answer for a practitioner: physicians, but nobody for themselves. */
export function physiciansFor(
  file: PractitionerFileView,
  list: PractitionersView | null,
): Physician[] {
  return (list?.people ?? [])
    .filter((one) => one.active && PHYSICIANS.includes(one.profession))
    .filter((one) => one.practitioner_id !== file.practitioner_id)
    .map((one) => ({
      id: one.practitioner_id,
      name: `${one.display_name}, ${one.profession}`,
    }));
}
