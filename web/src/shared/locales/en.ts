// Sentences that more than one page says.

import type { Sentences } from "../i18n";

export const sharedEn: Sentences = {
  demo: "Demo. Not for real patients: nothing here is medical care.",
  close: "Close",
  cancel: "Cancel",
  loading: "Loading",
  soundOn: "Turn the sound on",
  remoteVideo: "The other person's camera",
  localVideo: "Your own camera",
  quality: {
    title: "Connection",
    good: "Good",
    fair: "Fair",
    poor: "Poor",
    lost: "Very poor",
    unknown: "Checking",
  },
  signIn: {
    login: "Sign-in name",
    password: "Password",
    submit: "Sign in",
    busy: "Signing in",
    demo: "Demo sign-in names",
  },
  error: {
    title: "That did not work",
    offline: "No connection to the server. Check your internet. We keep trying.",
    retry: "The server is busy for a moment. Nothing was lost. Please try again.",
    starting: "The server is starting. Please try again in a few seconds.",
    not_signed_in: "You are not signed in.",
    session_expired: "Your session has ended. Please start again.",
    sign_in_failed: "The name or the password is not right.",
    too_many_attempts: "Too many tries. Please wait a few minutes, then try again.",
    rate_limited: "Too many requests at once. Please wait a moment.",
    forbidden: "You may not do this here.",
    not_found: "This was not found. It may have been removed.",
    page_fault: "Something went wrong on this page. Please load it again.",
    unreadable_answer: "The server's answer could not be read. Please try again.",
    invalid_body: "Some of the fields need another look.",
    bad_request: "The server did not understand this. Please load the page again.",
    body_too_large: "This is too long to send.",
    stale_revision: "This was changed elsewhere. Please load it again.",
    other: "Something went wrong. Please try again.",
    again: "Try again",
  },
};
