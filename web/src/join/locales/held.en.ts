// How the exam was held, as the server computed it.

export const heldEn = {
  held: {
    live_video: "By live video.",
    hybrid: "By your answers first, then live video.",
    audio_only: "By sound only, without video.",
    store_and_forward: "From what you sent, without a call.",
    none: "No video exam took place.",
    modifier: "Code for your records: {{codes}}.",
    added: "Added to your exam since",
    record: "My full record, in a file that others can verify",
  },
};
