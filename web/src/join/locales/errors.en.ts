// What went wrong for a patient, by the codes of the protocol page.

import type { Sentences } from "../../shared/i18n";

export const errorsEn: Sentences = {
  offline: "Your internet is gone for now. What you saved is safe. Please try again.",
  birth_date_wrong: "This date does not match. Please check it and try again.",
  too_many_attempts:
    "Too many tries. To keep you safe, wait a few minutes, or ask the spa for a new link.",
  link_unknown: "We do not know this link. Ask the spa to send it again.",
  link_expired: "This link has run out. Ask the spa for a new one.",
  link_cancelled: "The spa cancelled this exam. Ask the staff if you have a question.",
  link_finished: "This exam is already done. Ask the spa for your copy.",
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
};
