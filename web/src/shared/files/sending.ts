// Sending a paper of a file: its bytes, and what it is called in a header.

import { apiSend } from "../http";
import type { PractitionerFileView } from "../protocol/types";

/** Throws ApiError. `place` is where the file is: `/api/v1/console/file`. */
export async function sendPaper(
  place: string,
  name: string,
  file: File,
): Promise<PractitionerFileView> {
  return await apiSend<PractitionerFileView>(`${place}/documents`, file, {
    "X-Goodfaith-Name": plain(name),
  });
}

/** A header has no letters but those of ASCII. */
function plain(name: string): string {
  return name
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^ -~]/g, "?")
    .trim();
}
