// Photos instead of a video visit, in English.

import type { Sentences } from "../../shared/i18n";

export const photosEn: Sentences = {
  way: {
    title: "How do you want to be seen?",
    lead: "For what you chose, you may send photos instead of a video visit.",
    live_video: {
      title: "By live video",
      text: "You talk with a clinician. You can ask questions right away.",
    },
    store_and_forward: {
      title: "Send photos",
      text: "You take {{count}} photos now. A clinician looks at them later, without you. They may still ask for a video visit.",
    },
  },
  photos: {
    title: "Your photos",
    lead: "Take each photo as shown. You can take it again until it is good.",
    tips: {
      light: "Stand in bright light, facing a window. No flash.",
      plain: "No make-up, no filter. Tie your hair back.",
      focus: "Wipe the lens. Hold still until the picture is sharp.",
      whole: "Ask somebody to help if you cannot reach.",
    },
    count: "{{there}} of {{of}} photos are there.",
    there: "Done",
    take: "Take or choose",
    retake: "Take again",
    remove: "Remove",
    sending: "Sending…",
    tryingAgain: "The connection is slow. We are trying again.",
    failed: "This could not be sent.",
    again: "Try again",
    extra: "Another photo (if you like)",
    extraHelp: "Something else that the clinician should see.",
    addExtra: "Add a photo",
    records: "Records (if you have some)",
    recordsHelp: "A letter from a doctor or a test result: a photo of it, or a PDF.",
    addRecord: "Add a record",
    pages_one: "Record, {{count}} page",
    pages_other: "Record, {{count}} pages",
    submit: "Send to the clinician",
    live: "I'd rather have a video visit",
    notPossible: {
      title: "This needs a video visit",
      text: "With what you told us, this exam cannot be done from photos alone. Your answers are kept.",
      next: "Go on by video",
    },
    views: {
      face_front_relaxed: {
        name: "Face from the front, relaxed",
        hint: "Look straight into the camera. Mouth closed.",
      },
      face_front_frown: { name: "Face from the front, frowning", hint: "Frown hard." },
      face_front_brows_raised: {
        name: "Face from the front, eyebrows up",
        hint: "Raise your eyebrows as high as you can.",
      },
      face_front_full_smile: {
        name: "Face from the front, smiling",
        hint: "Smile so that your teeth show.",
      },
      face_left_oblique: {
        name: "Face turned halfway, left side",
        hint: "Turn your head a little to the right. The left cheek faces the camera.",
      },
      face_right_oblique: {
        name: "Face turned halfway, right side",
        hint: "Turn your head a little to the left. The right cheek faces the camera.",
      },
      face_left_profile: {
        name: "Face from the left side",
        hint: "Turn all the way. One eye is seen, and the ear.",
      },
      face_right_profile: {
        name: "Face from the right side",
        hint: "Turn all the way. One eye is seen, and the ear.",
      },
      treatment_area_close: {
        name: "The place to be treated, close",
        hint: "About one hand away, sharp, the whole spot in the picture.",
      },
      treatment_area_wide: {
        name: "The place to be treated, from farther away",
        hint: "So that one sees where on the body it is.",
      },
      treatment_area_front: {
        name: "The place to be treated, from the front",
        hint: "Stand straight.",
      },
      treatment_area_left: {
        name: "The place to be treated, from the left",
        hint: "Stand straight.",
      },
      treatment_area_right: {
        name: "The place to be treated, from the right",
        hint: "Stand straight.",
      },
      chin_up_front: { name: "Neck and chin from the front", hint: "Lift your chin." },
      inner_arm_skin_tone: {
        name: "Inside of your upper arm",
        hint: "It shows the color of skin that the sun does not reach.",
      },
      arm_left: { name: "Left arm", hint: "The inside of the elbow, arm stretched out." },
      arm_right: { name: "Right arm", hint: "The inside of the elbow, arm stretched out." },
      body_front_clothed: { name: "You, standing, in clothes", hint: "From head to feet." },
      scalp_top: { name: "Top of your head", hint: "From above, hair parted." },
      legs_front: { name: "Legs from the front", hint: "Stand straight, in shorts." },
      legs_back: { name: "Legs from behind", hint: "Stand straight, in shorts." },
      leg_left_side: { name: "Left leg from the side", hint: "Stand straight, in shorts." },
      leg_right_side: { name: "Right leg from the side", hint: "Stand straight, in shorts." },
    },
  },
  sent: {
    title: "Sent",
    waiting: "A clinician looks at what you sent by {{when}}.",
    reviewed: "A clinician is looking at what you sent now. You have an answer by {{when}}.",
    what_one: "{{count}} picture and your answers were sent.",
    what_other: "{{count}} pictures and your answers were sent.",
    told: "You can close this page. Open your link again to read the answer. The spa gets it too.",
    toldKiosk: "You can hand the tablet back. The spa gets the answer and tells you.",
    maybeLive: "The clinician may ask for a video visit first.",
    emergency: "Do you feel unwell? Do not wait for the answer. Call 911.",
    live: {
      ask: "I'd rather talk live",
      title: "Have a video visit instead?",
      text: "What you sent is kept, and the clinician will have it. You cannot go back to photos alone.",
      yes: "Yes, by video",
      no: "Keep waiting",
    },
  },
};
