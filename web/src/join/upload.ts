// One file to the server, with progress. `fetch` cannot say how much was sent: XMLHttpRequest can.

import { ApiError, readProblem } from "../shared/http";
import type { UploadsView, UploadView } from "../shared/protocol/types";

const PATH = "/api/v1/join/uploads";
const TIMEOUT_MS = 300_000;

export interface Outgoing {
  readonly fileId: string;
  readonly kind: UploadView["kind"];
  readonly view: string | null;
  readonly file: File;
}

/** Send it. Throws only ApiError; `offline` when nobody answered. */
export function upload(
  outgoing: Outgoing,
  onSent: (part: number) => void,
  signal: AbortSignal,
): Promise<UploadsView> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const lost = (): void => reject(new ApiError({ code: "offline", retry: true }, 0));
    request.open("POST", PATH);
    request.timeout = TIMEOUT_MS;
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-Goodfaith-File", outgoing.fileId);
    request.setRequestHeader("X-Goodfaith-Kind", outgoing.kind);
    if (outgoing.view !== null) {
      request.setRequestHeader("X-Goodfaith-View", outgoing.view);
    }
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable && event.total > 0) {
        onSent(event.loaded / event.total);
      }
    });
    request.addEventListener("error", lost);
    request.addEventListener("timeout", lost);
    request.addEventListener("abort", lost);
    request.addEventListener("load", () => {
      const body = parsed(request.responseText);
      if (request.status === 200 && body !== undefined) {
        resolve(body as UploadsView);
      } else {
        reject(new ApiError(readProblem(body, request.status), request.status));
      }
    });
    signal.addEventListener("abort", () => request.abort());
    request.send(outgoing.file);
  });
}

/** The address of a picture that is there. */
export function pictureOf(one: UploadView, part: "image" | "thumbnail"): string {
  return `${PATH}/${one.upload_id}/${part}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
