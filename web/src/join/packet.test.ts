import { expect, test } from "vitest";
import { keysOf } from "../shared/i18n";
import type { ForwardView, UploadView } from "../shared/protocol/types";
import { withUploads } from "./forward-desk";
import { joinEn } from "./locales/en";
import {
  againAfter,
  extrasOf,
  isComplete,
  type Job,
  jobOf,
  MORE,
  mayTryAgain,
  recordsOf,
  slotsOf,
} from "./packet";

const FRONT = "face_front_relaxed";
const LEFT = "face_left_profile";

function picture(change: Partial<UploadView> = {}): UploadView {
  return {
    upload_id: "upload-1",
    file_id: "file-0001",
    kind: "image",
    view: FRONT,
    page: 1,
    size: 1_000,
    width_px: 900,
    height_px: 1_200,
    ...change,
  };
}

const EMPTY: ForwardView = {
  offered: true,
  chosen: true,
  active: true,
  upgraded: false,
  wanted: [FRONT, LEFT],
  missing: [FRONT, LEFT],
  uploads: [],
  images_max: 24,
  record_pages_max: 20,
  file_bytes_max: 12_000_000,
  submitted_at_ms: null,
  due_at_ms: null,
  reviewer: null,
};
const JOB: Job = {
  fileId: "file-0009",
  kind: "image",
  view: LEFT,
  name: "IMG_1.jpg",
  sent: 0.5,
  state: "sending",
  code: null,
};

test("every photo that is wanted has its place, and the one that is there stands in it", () => {
  const forward = withUploads(EMPTY, [picture()]);
  expect(slotsOf(forward)).toEqual([
    { view: FRONT, upload: picture() },
    { view: LEFT, upload: null },
  ]);
  expect(forward.missing).toEqual([LEFT]);
});

test("photos that nobody asked for stand apart, and pages of a record together", () => {
  const extra = picture({ upload_id: "upload-2", view: MORE });
  const old = picture({ upload_id: "upload-3", view: "legs_front" });
  const pages = [1, 2].map((page) =>
    picture({
      upload_id: `page-${page}`,
      file_id: "file-rec",
      kind: "record",
      view: null,
      page,
    }),
  );
  const forward = withUploads(EMPTY, [picture(), extra, old, ...pages]);
  expect(extrasOf(forward)).toEqual([extra, old]);
  expect(recordsOf(forward)).toEqual([{ fileId: "file-rec", pages }]);
});

test("it is complete when nothing is missing and nothing is on its way", () => {
  const all = withUploads(EMPTY, [picture(), picture({ upload_id: "upload-2", view: LEFT })]);
  expect(isComplete(EMPTY, [])).toBe(false);
  expect(isComplete(all, [])).toBe(true);
  expect(isComplete(all, [JOB])).toBe(false);
  expect(isComplete(all, [{ ...JOB, state: "failed" }])).toBe(true);
});

test("a job belongs to the photo that it is to show", () => {
  expect(jobOf([JOB], LEFT)).toBe(JOB);
  expect(jobOf([JOB], FRONT)).toBeNull();
  expect(jobOf([{ ...JOB, kind: "record", view: null }], LEFT)).toBeNull();
});

test("what is only a matter of time is tried again, later each time, and not for ever", () => {
  expect([1, 2, 3, 4, 5].map((tries) => againAfter("offline", tries))).toEqual([
    1_000, 2_000, 4_000, 8_000, 15_000,
  ]);
  expect(againAfter("upload_busy", 1)).toBe(1_000);
  expect(againAfter("offline", 6)).toBeNull();
  expect(againAfter("upload_heic", 1)).toBeNull();
  expect([null, "offline", "upload_not_processed", "upload_heic"].map(mayTryAgain)).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test("every view of the questionnaires has a name and a hint", () => {
  const said = keysOf(joinEn).filter((key) => key.startsWith("photos.views."));
  expect(said).toHaveLength(2 * 23);
});
