// What went wrong for a patient, by the codes of the protocol page.

import type { Sentences } from "../../shared/i18n";

export const errorsEn: Sentences = {
  database_away: "We cannot reach our records just now. Please wait a moment and try again.",
  offline: "Your internet is gone for now. What you saved is safe. Please try again.",
  birth_date_wrong: "This date does not match. Please check it and try again.",
  too_many_attempts:
    "Too many tries. To keep you safe, wait a few minutes, or ask the spa for a new link.",
  link_unknown: "We do not know this link. Ask the spa to send it again.",
  link_expired: "This link has run out. Ask the spa for a new one.",
  link_cancelled: "The spa cancelled this exam. Ask the staff if you have a question.",
  link_finished: "This exam is already done. Ask the spa for your copy.",
  record_shredded: "This record was destroyed when its time to be kept was over.",
  code_unknown: "This code and date do not match. Please check both.",
  not_a_site_device: "This tablet is not set up for the spa any more. Please tell the staff.",
  wrong_step: "Something is still missing before this step. Please go back and check.",
  invalid_body: "Please check what you typed. Something does not look right.",
  minor_not_served:
    "This exam is only for people aged 18 or older. Ask the staff about an exam in person, with a parent or guardian.",
  consent_unreviewed: "This exam cannot begin yet: its texts are not reviewed. Tell the staff.",
  questionnaire_unsigned:
    "A clinician has not approved the health questions for this treatment yet. Tell the staff.",
  not_waiting: "You are not in line any more. Load this page again.",
  illegal_transition: "This is not possible right now. Load this page again.",
  closed: "This page lost its connection. Load it again. Your place is kept for 2 minutes.",
  not_served: "This exam is not offered in your state, or in the state of the spa.",
  in_person: "The law there asks that a clinician sees you in person for this.",
  controlled: "This medicine cannot be ordered after a video exam.",
  location: "Please tell us again where you are.",
  stale_rules: "Exams are paused while our rules are being checked.",
  nobody_on_shift:
    "Nobody licensed for you is here right now. You can ask for a call back instead.",
  callback_too_late:
    "Your link runs out before a clinician is here. Ask the spa for a new link then.",
  not_sent: "This could not be sent. Please try again.",
  store_and_forward_not_permitted:
    "This exam cannot be done from photos alone. It takes a video visit.",
  modality_is_live: "This exam goes on by video. It cannot go back to photos.",
  packet_incomplete: "Something is still missing. Please look through your photos.",
  uploads_full: "You cannot add more. Remove one first.",
  upload_busy: "Another file is still on its way. Please wait a moment.",
  upload_not_processed: "We could not look at this file right now. Please try again.",
  upload_too_large: "This file is too large. Take the photo with your phone's camera.",
  upload_unknown_type:
    "This is not a photo that we can read. Use a JPEG or PNG photo (a record may be a PDF).",
  upload_heic:
    "This is a HEIC photo, which we cannot read. On your iPhone open Settings, Camera, Formats, choose Most Compatible, and take it again.",
  upload_unreadable: "We cannot read this file. Please take the photo again.",
  upload_animated: "This is a moving picture. Please send one still photo.",
  upload_too_many_pixels: "This picture is too big to read. Take it with your phone's camera.",
  upload_too_small:
    "This photo is too small to see your skin. Take it with your phone's camera.",
  upload_too_many_pages: "This record has too many pages. Send only those that matter.",
};
