// What comes before care, in English: emergency, consent, guardian, who is there.

import type { Sentences } from "../../shared/i18n";

export const gatesEn: Sentences = {
  relocation: {
    inCall:
      "Your clinician heard that you are in {{place}}. The rules there are different. Please say where you are and agree again. Your clinician stays on the call. If {{place}} is wrong, tell your clinician.",
    inLine:
      "The clinician heard that you are in {{place}} and may not see patients there. You still have your place in line. Please say where you are, and we will look for the right clinician.",
  },
  emergency: {
    title: "Call 911 or tell the staff now",
    text: "You told us about something that may need help right away. Do not wait for the video exam.",
    address: "You are here. Give this address:",
    crisis: "If you think about hurting yourself, call or text 988 at any time.",
    call: "Call 911",
    staff: "Staff on site:",
    steps:
      "Stay with the patient. Call 911. Bring the emergency kit. Open the door for the ambulance.",
    help: "I need help now",
    telling: "We are telling the staff and the clinician.",
    tellingLater:
      "There is no connection now. We tell the staff and the clinician as soon as it is back. Do not wait for that.",
    untold:
      "The staff and the clinician have not been told. Call 911, or call out to the staff.",
    told: "The staff and the clinician have been told.",
    held: "You checked a problem that needs help right away. The video exam cannot go on with it. If you checked it by mistake, change that answer here.",
    continue: "I have help, or I am safe. Go on.",
  },
  consent: {
    title: "Please read and agree",
    lead: "{{count}} short texts. Ask the staff or the clinician if you have a question.",
    draft: "Draft: not reviewed by counsel. For demonstration only.",
    privacy_notice: "I have read how my health data is used.",
    telehealth: "I agree to an exam by video.",
    store_and_forward: "I agree to an exam without a live visit.",
    audio_only: "I agree to a visit by sound alone.",
    guardian: "I am the parent or guardian, and I agree.",
    complaint_notice: "I have read how to complain.",
    physician_request: "I have read that I may ask for a physician.",
    all: "Please check every box to go on.",
    guardianName: "Parent or guardian: type your full name to sign",
    name: "Type your full name to sign",
    nameHelp: "This is your signature.",
    next: "Sign and go on",
  },
  guardian: {
    title: "Your parent or guardian",
    lead: "You are under 18. A parent or legal guardian must fill this in and stay for the exam.",
    name: "Full legal name of the parent or guardian",
    birthDate: "Their date of birth",
    relationship: "They are your",
    parent: "Parent",
    legal_guardian: "Legal guardian",
    phone: "Their phone",
    present: "I am the parent or guardian. I am here now and will stay for the whole exam.",
  },
  room: {
    title: "Who is with you?",
    unsaid: "Please say who is in the room. The clinician will ask you too.",
    nobody: "You said that nobody else is here.",
    said: "The clinician will ask you about this.",
    confirmed: "The clinician has confirmed this with you.",
    add: "Somebody is with me",
    alone: "Nobody else is here",
    who: "Who",
    name: "Name (you may leave this empty)",
    save: "Add",
    remove: "Not here any more: {{who}}",
    more: "Privacy, people here, consent",
    people: {
      parent: "Parent",
      guardian: "Guardian",
      partner: "Partner",
      family: "Family",
      friend: "Friend",
      staff: "Staff of the spa",
      other: "Somebody else",
    },
  },
  withdraw: {
    ask: "Take my consent back",
    title: "Take your consent back?",
    waiting: "You leave the line. Your answers are kept. You may consent again later.",
    call: "The exam ends now. The clinician can then only delay or decline your treatments.",
    sent: "What you sent stays in your record. The clinician can then only delay or decline your treatments.",
    after: "This is written in your record. What was decided before stays in it.",
    yes: "Take it back",
    no: "Keep it",
    done: "You took your consent back. This is in your record.",
  },
};
