// Made by scripts/generate-types from the Python models. Do not edit: change the models.

/** Who is signed in. Not `complete`: only enrolling a second factor is open. */
export interface AccountView {
  audience: Audience;
  account_id: string;
  display_name: string;
  organization_name: string;
  role: string;
  practitioner_id: string | null;
  idle_s: number;
  demo: boolean;
  complete: boolean;
  other_sessions: number;
}

/** The one answer to a command. */
export interface Ack {
  ok: boolean;
  id: string | null;
  result: Record<string, string | number | boolean | null> | null;
  error: Problem | null;
}

/** After signing, only this. */
export interface AddendumAdd {
  v: 1;
  id: string;
  type: "addendum.add";
  encounter_id: string;
  text: string;
}

/** Whether this patient, who does not wait yet, may begin to; and if not, from when on. */
export interface AdmissionChanged {
  v: 1;
  stream: string;
  seq: number;
  type: "admission.changed";
  admitted: boolean;
  opens_at_ms: number | null;
}

/** Whether the patient may begin to wait now, and if not, from when on (None: not known). */
export interface AdmissionView {
  admitted: boolean;
  opens_at_ms: number | null;
}

export type AlertName =
  | "oldest_wait"
  | "nobody_eligible"
  | "missed_offers"
  | "review_overdue"
  | "credentials_expiring"
  | "emergency_sign_in"
  | "emergency_access";

/** An addendum. `by_examiner`: the one who signed the exam added it. */
export interface AmendmentView {
  at_ms: number;
  author: "practitioner" | "staff" | "software" | "system";
  by_examiner: boolean;
  text: string;
}

/** A question with the patient's answer, in words. */
export interface AnsweredView {
  section: string;
  question_id: string;
  question: string;
  answer: string;
  flag: Severity | null;
}

/** Answers by question id. A question left out is unanswered, never "no". */
export interface AnswersForm {
  answers: Record<string, boolean | number | string | string[]>;
  done: boolean;
}

/** Every answer in the patient's own words was read, as `ChartView.written` names them. */
export interface AnswersRead {
  v: 1;
  id: string;
  type: "answers.read";
  encounter_id: string;
  sha256: string;
}

/**
 * The mean of the last days in the store, laid on the day that is planned (UTC).
 *
 * `same_weekday` takes only days of the planned day's weekday.
 */
export interface ArrivalsHistory {
  source: "history";
  days?: number;
  same_weekday?: boolean;
  planned_day: string;
}

/** Patients expected from one jurisdiction in one half hour. */
export interface ArrivalsRow {
  interval_start: string;
  jurisdiction: string;
  arrivals: number;
}

/** Expected arrivals, as rows. */
export interface ArrivalsRows {
  source: "rows";
  rows: ArrivalsRow[];
}

/** How long things take; docs/planning.md defines each. */
export interface AssumptionsForm {
  aht_s?: number;
  aht_cv?: number;
  shrinkage?: number;
  no_answer?: number;
  accept_s?: number;
  patience_s?: number | null;
}

export type Audience = "patient" | "practitioner" | "spa" | "ops";

export type AuditActionName =
  | "read"
  | "downloaded"
  | "exported"
  | "searched"
  | "denied"
  | "signed_in"
  | "signed_out"
  | "step_up"
  | "session_ended"
  | "resent"
  | "shredded"
  | "hold_set"
  | "hold_lifted"
  | "key_rotated"
  | "backed_up"
  | "restored"
  | "connected"
  | "disconnected"
  | "break_glass"
  | "access_ended"
  | "reviewed"
  | "enrolled"
  | "unenrolled"
  | "password_changed"
  | "policy_changed"
  | "rules_changed"
  | "protocol_changed"
  | "registered"
  | "file_changed"
  | "invited"
  | "uninvited"
  | "joined"
  | "role_changed"
  | "account_created"
  | "account_closed"
  | "account_reopened"
  | "recovery_asked"
  | "recovery_allowed"
  | "recovery_refused"
  | "recovered"
  | "access_changed";

/** One entry. `actor_name` is the name of staff; `log_index`: null before it has one. */
export interface AuditEntryView {
  id: string;
  at_ms: number;
  action: AuditActionName;
  outcome: AuditOutcomeName;
  actor: string;
  actor_name: string | null;
  role: string;
  encounter_id: string | null;
  patient_id: string | null;
  route: string;
  reason: string | null;
  session: string | null;
  address: string | null;
  shown: string[];
  number: number | null;
  log_index: number | null;
}

/** How much somebody read within one hour. */
export interface AuditHasteView {
  actor: string;
  actor_name: string | null;
  hour_ms: number;
  entries: number;
}

export type AuditOutcomeName = "done" | "refused" | "failed";

/** What a search found, the newest first; `next` is what the next page is asked for with. */
export interface AuditPageView {
  since_ms: number;
  until_ms: number;
  entries: AuditEntryView[];
  next: string | null;
}

/** Everybody who has or had an account, by name. */
export interface AuditPeopleView {
  people: AuditPersonView[];
}

/** Somebody whose readings can be looked for. */
export interface AuditPersonView {
  actor: string;
  name: string;
  role: string;
}

/**
 * One entry with what it takes to check it: its leaf, and where the leaf is in the tree.
 *
 * `header` is the text of the leaf's header; docs/record-format.md says how it is hashed.
 * `holds`: the stored hash is the hash of what is stored, and the newest signed tree has it at
 * its place. `late`: it entered the tree later than it says: a tree was signed without it more
 * than a minute after its time. `proof` is the inclusion proof (RFC 9162, section 2.1.3) in
 * the tree of `tree_size` leaves; both are empty until the entry is in it.
 */
export interface AuditProofView {
  entry: AuditEntryView;
  header: string;
  leaf_hash: string;
  holds: boolean;
  late: boolean;
  tree_size: number | null;
  proof: string[];
}

/** What is looked at first. Each list is the newest of it, and says nothing of guilt. */
export interface AuditUnusualView {
  since_ms: number;
  until_ms: number;
  haste_min: number;
  denials: AuditEntryView[];
  without_part: AuditEntryView[];
  departures: AuditEntryView[];
  haste: AuditHasteView[];
}

/** What somebody found about a licence, or decided about it. */
export interface AuthorityCheckView {
  at_ms: number;
  outcome: string;
  method: string;
  actor: string;
  checked_by: string | null;
  source: string | null;
  document_id: string | null;
}

/** A licence, registration or permit, as claimed. */
export interface AuthorityForm {
  jurisdiction: string;
  kind: "license" | "registration" | "permit";
  number: string;
  since: string;
  until: string;
}

/** Suspend or revoke a licence, or let it count again. */
export interface AuthorityStatusForm {
  status: "active" | "suspended" | "revoked";
}

/** An authority to practise, as it stood when it was checked. */
export interface AuthorityView {
  jurisdiction: string;
  kind: string;
  number: string;
  profession: string;
  valid_until: string;
  collaborating_physician: string | null;
}

/** The answer, and the same as a token that anybody can verify. */
export interface AuthorizationAnswerView {
  answer: "covered" | "conditional" | "not_covered";
  text: string;
  reasons: ReasonView[];
  patient_id: string | null;
  treatment_class: string;
  site_id: string;
  date: string;
  unanswered: string[];
  authorization: CoverView | null;
  jws: string;
}

/**
 * Is this covered by a valid exam? The same `request_id` twice is one question.
 *
 * Without a `date` it is today, where the site is.
 */
export interface AuthorizationQueryForm {
  request_id: string;
  patient: PatientRefForm;
  treatment_class: string;
  product?: string | null;
  site_id: string;
  date?: string | null;
  performer_credential?: PerformerRole | null;
  same_day?: SameDayForm | null;
}

/** A trickled ICE candidate, for the other side of the encounter. */
export interface CallCandidate {
  v: 1;
  id: string;
  type: "call.candidate";
  encounter_id: string;
  generation: number;
  candidate: IceCandidateInput;
}

/** The call's state, as both sides see it. */
export interface CallChanged {
  v: 1;
  stream: string;
  seq: number;
  type: "call.changed";
  call: CallStatus;
}

export type CallCommand =
  | CallDescription
  | CallCandidate
  | CallFirstFrame
  | CallInterrupted
  | CallRecovered
  | CallFailed
  | CallRetry
  | CallMedia
  | CallReport
  | CallHangUp
  | ChatSay
  | LegAnswer
  | LegRefresh
  | LegFailed;

/** One half of perfect negotiation, for the other side of the encounter. */
export interface CallDescription {
  v: 1;
  id: string;
  type: "call.description";
  encounter_id: string;
  generation: number;
  description: SessionDescription;
}

/** This side cannot go on in this generation; both ends are told. */
export interface CallFailed {
  v: 1;
  id: string;
  type: "call.failed";
  encounter_id: string;
  generation: number;
  reason: CallFailure;
}

export type CallFailure =
  | "connect_timeout"
  | "ice_failed"
  | "fingerprint_mismatch"
  | "media_device"
  | "description_rejected"
  | "peer_failed"
  | "other";

/** This side has decoded its first remote video frame of this generation. */
export interface CallFirstFrame {
  v: 1;
  id: string;
  type: "call.first_frame";
  encounter_id: string;
  generation: number;
  since_accept_ms: number;
}

/** Leave the call. The practitioner's hang-up begins wrap-up; a patient's does not. */
export interface CallHangUp {
  v: 1;
  id: string;
  type: "call.hang_up";
  encounter_id: string;
}

/** This side sees no media (ICE disconnected, or frames stopped). */
export interface CallInterrupted {
  v: 1;
  id: string;
  type: "call.interrupted";
  encounter_id: string;
  generation: number;
}

/**
 * What this side sends: its microphone and camera switches; whether its page is seen.
 *
 * `hidden`: another tab or window covers the page; `frozen`: the browser has stopped it.
 */
export interface CallMedia {
  v: 1;
  id: string;
  type: "call.media";
  encounter_id: string;
  audio: boolean;
  video: boolean;
  hidden?: boolean;
  frozen?: boolean;
}

export type CallMode = "direct" | "relay";

/** Media flows again on this side. */
export interface CallRecovered {
  v: 1;
  id: string;
  type: "call.recovered";
  encounter_id: string;
  generation: number;
}

/** What this side of a direct call received in one second, from `getStats`. */
export interface CallReport {
  second: number;
  video_packets: number;
  video_bytes: number;
  resent_packets: number;
  video_lost: number;
  video_jitter_us: number;
  frozen_ms: number;
  frames: number;
  keyframes: number;
  audio_packets: number;
  audio_bytes: number;
  audio_lost: number;
  audio_jitter_us: number;
  concealed_ms: number;
  level_millionths: number;
  steps: ReportStep[];
  varied?: number;
  v: 1;
  id: string;
  type: "call.report";
  encounter_id: string;
}

/** Start a new generation after a failure. */
export interface CallRetry {
  v: 1;
  id: string;
  type: "call.retry";
  encounter_id: string;
}

/**
 * What a page needs to begin its half of a call.
 *
 * With mode `relay` its legs come by `leg.offered`; `polite` then means nothing.
 */
export interface CallSetup {
  encounter_id: string;
  generation: number;
  polite: boolean;
  mode: CallMode;
  connect_limit_s: number;
  ice_servers: IceServer[];
}

/**
 * A practitioner accepted, or a retry began: build a connection now.
 *
 * `description` is the other side's first SdpOffer, when it came with the accept.
 */
export interface CallStarted {
  v: 1;
  stream: string;
  seq: number;
  type: "call.started";
  setup: CallSetup;
  description: SessionDescription | null;
  practitioner: PractitionerCard | null;
}

export type CallStateName =
  | "idle"
  | "connecting"
  | "connected"
  | "interrupted"
  | "failed"
  | "ended";

/**
 * Where the call stands; `generation` grows with every retry.
 *
 * `interrupted_at_ms` is since when somebody receives nothing, while the state is that.
 */
export interface CallStatus {
  encounter_id: string;
  generation: number;
  state: CallStateName;
  reason: CallFailure | null;
  peer_present: boolean;
  peer_audio: boolean;
  peer_video: boolean;
  connected_at_ms: number | null;
  mode: CallMode;
  interrupted_at_ms: number | null;
}

/** The patient wants to be called back when somebody is there, and gives up their place. */
export interface CallbackRequest {
  v: 1;
  id: string;
  type: "callback.request";
}

/** A patient who is to be called back: since `due_at_ms` somebody is there for them. */
export interface CallbackRow {
  requested_at_ms: number;
  opens_at_ms: number | null;
  due_at_ms: number | null;
}

/** Answers of an earlier exam, to be confirmed or changed: none of them counts before. */
export interface CarriedView {
  answered_at_ms: number;
  answers: Record<string, boolean | number | string | string[]>;
}

/** An answer that is another one than last time, in words. */
export interface ChangedAnswerView {
  section: string;
  question_id: string;
  question: string;
  before: string;
  now: string;
  flag: Severity | null;
}

/** An authorization after something was done with it. */
export interface ChangedView {
  authorization: CoverView;
}

/** New entries in a chart that this practitioner has open: read it again. */
export interface ChartChanged {
  v: 1;
  stream: string;
  seq: number;
  type: "chart.changed";
  encounter_id: string;
  entries: number;
}

/** A chart as its practitioner reads it: exceptions first. */
export interface ChartView {
  encounter_id: string;
  visit: Visit;
  call_state: CallStateName;
  identity: IdentityForm;
  age_years: number;
  location: LocationForm;
  location_heard: string | null;
  site: SiteView;
  treatments: TreatmentRef[];
  treatment_options: TreatmentOptionView[];
  flags: HealthFlag[];
  flag_reasons: FlagReasonView[];
  since: SinceView | null;
  answers: AnsweredView[];
  written: WrittenView;
  questions_draft: boolean;
  vitals: VitalsView;
  consents: string[];
  staff_help: string[];
  findings: FindingView[];
  note: string;
  note_revision: number;
  note_saved_at_ms: number | null;
  draft: DraftSectionView[];
  gates: Partial<Record<Gate, boolean>>;
  gates_first: boolean;
  minor: boolean;
  guardian: GuardianForm | null;
  room: PersonInRoom[] | null;
  privacy_requested: boolean;
  consent_withdrawn: boolean;
  emergency: EmergencyRow | null;
  address: EmergencyRow;
  dispositions: DispositionView[];
  authorities: AuthorityView[];
  missing: MissingView[];
  review: ReviewView | null;
  media: MediaView | null;
  entries: EntryView[];
  addenda: AmendmentView[];
  chart_head: string;
  attestation_version: string;
  attestation_text: string;
  ready_at_ms: number | null;
  accepted_at_ms: number | null;
  connected_at_ms: number | null;
  signed_at_ms: number | null;
  demo: boolean;
}

/** What one side wrote; `seq` is its number in the chart, and orders the lines. */
export interface ChatLine {
  seq: number;
  by: "patient" | "practitioner";
  text: string;
  at_ms: number;
}

/** One side of an encounter wrote to the other; both are told. */
export interface ChatSaid {
  v: 1;
  stream: string;
  seq: number;
  type: "chat.said";
  encounter_id: string;
  line: ChatLine;
}

/** Write to the other side of the encounter. It is kept in the chart. */
export interface ChatSay {
  v: 1;
  id: string;
  type: "chat.say";
  encounter_id: string;
  text: string;
}

/** The lines of both sides, in order. */
export interface ChatView {
  lines: ChatLine[];
}

/** One choice of a question. */
export interface ChoiceView {
  value: string;
  label: string;
}

/** A value that decides, with its sources and its age. */
export interface CitedValueView {
  field: string;
  value: string;
  verified_on: string;
  review_by: string;
  overdue: boolean;
  citations: string[];
}

/** A code of the generator that is to be confirmed. */
export interface CodeForm {
  code: string;
}

/**
 * A physician who answers for an NP or PA in one jurisdiction.
 *
 * `physician_id`: the physician in this network, who may read what is examined there
 * meanwhile; null: they are nobody here.
 */
export interface CollaborationForm {
  jurisdiction: string;
  physician: string;
  number: string;
  since: string;
  until: string;
  physician_id?: string | null;
}

/**
 * A physician who answers for them in one jurisdiction.
 *
 * `physician_id`: the physician in this network, who may read what is examined there.
 */
export interface CollaborationView {
  id: string;
  jurisdiction: string;
  physician: string;
  physician_id: string | null;
  number: string;
  active_from_ms: number;
  active_until_ms: number;
}

export type Companion =
  | "parent"
  | "guardian"
  | "partner"
  | "family"
  | "friend"
  | "staff"
  | "other";

/** One line of the log. */
export interface ComplianceChangeView {
  number: number;
  at_ms: number;
  actor: string;
  what: string;
  subject: string;
  reference: string;
}

/** The first screen of compliance. */
export interface ComplianceView {
  rules: RulesInForceView;
  release: ReleaseView | null;
  jurisdictions: JurisdictionRowView[];
  allowed: SwitchesForm;
  operator: SwitchesForm | null;
  changes: ComplianceChangeView[];
  questionnaires: QuestionSetView[];
  may_change: boolean;
}

export type ConditionCode =
  | "negative_pregnancy_test"
  | "vital_signs_in_range"
  | "lab_result_in_range"
  | "clearance_from_own_physician"
  | "medicine_paused"
  | "skin_healed"
  | "patch_test_clear"
  | "other";

/**
 * One condition of the jurisdictions, and what evidences it.
 *
 * `shown` is there, `lacking` is not yet; `statement` is the exact sentence to attest, if
 * there is one. `live_only`: nothing in a review can evidence it.
 */
export interface ConditionView {
  code: string;
  name: string;
  shown: string[];
  lacking: string[];
  statement: string;
  attested: boolean;
  evidenced: boolean;
  live_only: boolean;
}

/** One consent text, accepted as shown. */
export interface ConsentGivenForm {
  kind: ConsentKind;
  version: string;
  language: Language;
  sha256: string;
}

export type ConsentKind =
  | "privacy_notice"
  | "telehealth"
  | "store_and_forward"
  | "audio_only"
  | "guardian"
  | "complaint_notice"
  | "physician_request";

/**
 * A consent as it is shown. `sha256` is over the UTF-8 of `text`.
 *
 * `reviewed`: counsel and a translator have; the words of the others are drafts.
 */
export interface ConsentTextView {
  kind: ConsentKind;
  version: string;
  language: Language;
  title: string;
  text: string;
  sha256: string;
  reviewed: boolean;
}

/** The patient takes back every consent: no place in line, no call, no approval. */
export interface ConsentWithdraw {
  v: 1;
  id: string;
  type: "consent.withdraw";
}

/** Every document that was shown, with the name typed as a signature. */
export interface ConsentsForm {
  consents: ConsentGivenForm[];
  signed_name: string;
}

/** What a practitioner chooses for their console. */
export interface ConsoleSettingsForm {
  auto_accept: boolean;
}

/**
 * The authorization that an answer rests on.
 *
 * `order_sha256` of the signed answer is the SHA-256 of `order_salt`, `order` and
 * `conditions`, one a line.
 */
export interface CoverView {
  authorization_id: string;
  encounter_id: string;
  treatment_class: string;
  disposition: Disposition;
  order: string;
  conditions: string;
  order_salt: string;
  performers: PerformerRole[];
  satisfied_by: PerformerRole[];
  satisfied_at_ms: number | null;
  practitioner_name: string;
  signed_at_ms: number;
  valid_until: string;
  revoked_reason: "new_health_information" | "new_class" | "superseded" | "not_approved_later" | "protocol_lapsed" | "practitioner_decision" | null;
  revoked_at_ms: number | null;
}

/**
 * How many who may see patients of a jurisdiction are rostered, for each of 24 hours.
 *
 * `gaps` are the stretches without anybody: pairs of first hour and hour after the last.
 */
export interface CoverageRowView {
  jurisdiction: string;
  name: string;
  rostered: number[];
  gaps: number[][];
}

/** Twenty-four hours from `starts_at_ms` on, for all 51 jurisdictions. */
export interface CoverageView {
  starts_at_ms: number;
  rows: CoverageRowView[];
}

/** All that one exam allows, ended ones included. */
export interface CoversView {
  authorizations: CoverView[];
}

/** A paper; its pages are pictures. */
export interface CredentialDocumentView {
  id: string;
  name: string;
  pages: number;
  uploaded_by: string;
  uploaded_at_ms: number;
}

/** A table as a spreadsheet writes it; docs/planning.md names the columns. */
export interface CsvSource {
  source: "csv";
  text: string;
}

/** A DEA registration that was looked up. */
export interface DeaForm {
  jurisdiction: string;
  number: string;
  until: string;
  evidence: EvidenceForm;
}

/** A DEA registration. */
export interface DeaView {
  id: string;
  jurisdiction: string;
  number: string;
  valid_until_ms: number;
  verified_at_ms: number;
  verified_by: string;
  source: string;
  ended_at_ms: number | null;
}

export type DeferReason =
  | "needs_in_person_exam"
  | "needs_more_information"
  | "needs_records"
  | "needs_lab_result"
  | "needs_medicine_change"
  | "not_today";

/** What the page shows; `endpoints_max` is of active webhooks. */
export interface DeliveriesView {
  endpoints: EndpointView[];
  endpoints_max: number;
}

export type DeliveryStateName = "waiting" | "sending" | "delivered" | "dead";

export type DeliveryTopic =
  | "encounter.requested"
  | "encounter.signed"
  | "encounter.amended"
  | "review.answered"
  | "authorization.ended"
  | "log.checkpoint";

/**
 * One message to one endpoint; of an answer only its status.
 *
 * `outcome` is a word of docs/delivery.md, None before the first attempt.
 */
export interface DeliveryView {
  message_id: string;
  topic: string;
  encounter_id: string | null;
  state: DeliveryStateName;
  attempts: number;
  created_at_ms: number;
  next_at_ms: number | null;
  tried_at_ms: number | null;
  settled_at_ms: number | null;
  outcome: string | null;
  status: number | null;
}

/** Another device of the same patient took over; this one is done. */
export interface DeviceReplaced {
  v: 1;
  stream: string;
  seq: number;
  type: "device.replaced";
}

/** What the device test found. */
export interface DeviceTestForm {
  camera: "ok" | "denied" | "missing" | "busy" | "in_app_browser";
  microphone: "ok" | "denied" | "missing" | "busy" | "in_app_browser" | "silent";
  speaker: "ok" | "not_heard" | "untested";
  path?: "udp" | "turn_udp" | "turn_tls" | "blocked" | "untested";
  round_trip_ms?: number | null;
  loss_percent?: number | null;
}

/** A medical director of a site; days are UTC, the last one included. */
export interface DirectorView {
  director_id: string;
  display_name: string;
  profession: string;
  jurisdiction: string;
  licence_number: string;
  licence_from: string;
  licence_until: string;
  verified_by: string;
  in_force: boolean;
  ended: boolean;
}

export type Disposition =
  | "approved"
  | "approved_with_precaution"
  | "conditional"
  | "deferred"
  | "declined";

/** What must be met before a conditional treatment, and who may say that it is. */
export interface DispositionCondition {
  code: ConditionCode;
  text: string;
  satisfied_by: PerformerRole[];
}

/**
 * The practitioner's decision on one treatment.
 *
 * `order` is confirmed or narrowed from the site's protocol; None while it is not confirmed.
 * `conditions` are precautions in words, `condition` what a conditional decision waits for,
 * `reasons` why a treatment is deferred.
 */
export interface DispositionSet {
  v: 1;
  id: string;
  type: "disposition.set";
  encounter_id: string;
  treatment_class: string;
  disposition: Disposition;
  rationale: string;
  order: TreatmentOrder | null;
  conditions: string;
  condition: DispositionCondition | null;
  reasons: DeferReason[];
  valid_months: number;
}

/**
 * The current decision on one treatment.
 *
 * `order` is the confirmed one, while the protocol that it was read from is in force;
 * `order_text` is it in words, as on the papers. Without `proposal` nothing can be ordered,
 * and `order_bar` says why in a sentence.
 */
export interface DispositionView {
  treatment_class: string;
  product: string | null;
  disposition: Disposition | null;
  rationale: string;
  order: TreatmentOrder | null;
  order_text: string;
  conditions: string;
  condition: DispositionCondition | null;
  condition_text: string;
  reasons: DeferReason[];
  reasons_text: string;
  valid_months: number;
  approval_barred: boolean;
  proposal: OrderProposalView | null;
  order_bar: string | null;
}

/** An amount for one session. */
export interface Dose {
  value: number;
  unit: string;
}

/** An amount. */
export interface DoseForm {
  value: number;
  unit: string;
}

/**
 * One line of the draft: whose word it is, and the entries of the chart that say it.
 *
 * `by`: `system` is what was computed or measured by a machine.
 */
export interface DraftLineView {
  label: string;
  text: string;
  by: "practitioner" | "patient" | "staff" | "system";
  entries: number[];
}

/** One part of the draft, in the order of a clinical note. */
export interface DraftSectionView {
  title: "history" | "findings" | "assessment" | "plan";
  lines: DraftLineView[];
}

/** The practitioner wants offers. */
export interface DutyAvailable {
  v: 1;
  id: string;
  type: "duty.available";
}

/** The practitioner wants no offers; a ringing one is withdrawn. */
export interface DutyAway {
  v: 1;
  id: string;
  type: "duty.away";
}

/** POST emergency-access: whose charts, by an exam or by name and birth date; and why. */
export interface EmergencyAccessForm {
  encounter_id?: string | null;
  legal_name?: string | null;
  birth_date?: string | null;
  reason: string;
}

/** A patient whose charts somebody has open for a while. */
export interface EmergencyAccessView {
  id: string;
  patient_name: string;
  birth_date: string;
  started_at_ms: number;
  expires_at_ms: number;
  exams: ReadableExamView[];
}

/** What somebody has open; `now_ms` is the server's clock. */
export interface EmergencyAccessesView {
  now_ms: number;
  open: EmergencyAccessView[];
}

/** Whether an account is one for emergencies. */
export interface EmergencyAccountForm {
  emergency: boolean;
}

/**
 * An account that signs in without the provider.
 *
 * `signed_in_at_ms`: last time that it did, while others could not. `seen` by compliance.
 */
export interface EmergencyAccountView {
  account_id: string;
  login: string;
  display_name: string;
  active: boolean;
  signed_in_at_ms: number | null;
  seen: boolean;
}

/** The practitioner says that it is over, or was none. */
export interface EmergencyClear {
  v: 1;
  id: string;
  type: "emergency.clear";
  encounter_id: string;
}

export type EmergencyFlag =
  | "anaphylaxis"
  | "vision_loss"
  | "stroke_signs"
  | "chest_pain"
  | "dyspnoea"
  | "suicidality"
  | "other";

/** Somebody needs help now: spa and practitioner are told; nothing gates it. */
export interface EmergencyRaise {
  v: 1;
  id: string;
  type: "emergency.raise";
  encounter_id: string;
  flag: EmergencyFlag;
}

/** POST emergency-access/{id}/review: what is found; `not_justified` ends it, too. */
export interface EmergencyReviewForm {
  verdict: "justified" | "not_justified";
  note: string;
}

/**
 * One that was opened, as compliance sees it: why and by whom, and nothing of the chart.
 *
 * `reason` and `note` are null once the record was destroyed. `readings`: entries of the
 * audit log that name it.
 */
export interface EmergencyReviewView {
  id: string;
  practitioner_name: string;
  encounter_id: string;
  reason: string | null;
  started_at_ms: number;
  over_at_ms: number;
  open: boolean;
  readings: number;
  verdict: "justified" | "not_justified" | null;
  note: string | null;
  reviewed_by: string | null;
  reviewed_at_ms: number | null;
}

/** First what nobody has reviewed, then the newest; `waiting`: how many those are. */
export interface EmergencyReviewsView {
  waiting: number;
  accesses: EmergencyReviewView[];
}

/** Somebody needs help now: what was said, the address for 911, and the site's own steps. */
export interface EmergencyRow {
  flags: string[];
  place: string;
  street: string;
  city: string;
  jurisdiction: string;
  postal_code: string;
  steps: string;
}

/**
 * How many nobody has reviewed, and when the last of them began; no words, no ids.
 *
 * `signed_in`: accounts for emergencies that did, and compliance has not seen it.
 */
export interface EmergencyWaitingView {
  waiting: number;
  newest_ms: number | null;
  signed_in: number;
}

/** What somebody is to the network. */
export interface EmploymentForm {
  kind: "employee" | "contractor";
  title: string;
  since: string;
  until?: string | null;
  evidence: EvidenceForm;
}

/** What they are to the network. */
export interface EmploymentView {
  id: string;
  counts: boolean;
  entered_at_ms: number;
  entered_by: string;
  verified_at_ms: number | null;
  verified_by: string | null;
  source: string | null;
  document_id: string | null;
  ended_at_ms: number | null;
  kind: string;
  title: string;
  valid_from_ms: number;
  valid_until_ms: number | null;
}

/** One line of the portal's list changed or is new. */
export interface EncounterChanged {
  v: 1;
  stream: string;
  seq: number;
  type: "encounter.changed";
  encounter: EncounterRow;
}

/** The patient never came to the call. */
export interface EncounterNoShow {
  v: 1;
  id: string;
  type: "encounter.no_show";
  encounter_id: string;
}

/** Put the unsigned chart aside, to be offered patients again. */
export interface EncounterPark {
  v: 1;
  id: string;
  type: "encounter.park";
  encounter_id: string;
}

/** The practitioner cannot go on: the patient returns to the original place. */
export interface EncounterRelease {
  v: 1;
  id: string;
  type: "encounter.release";
  encounter_id: string;
}

/** End the visit unsigned: the patient comes again another time, through a link. */
export interface EncounterReschedule {
  v: 1;
  id: string;
  type: "encounter.reschedule";
  encounter_id: string;
  reason: RescheduleReason;
}

/** Call the patient of the open chart again, in the same visit. */
export interface EncounterResume {
  v: 1;
  id: string;
  type: "encounter.resume";
  encounter_id: string;
}

/** One line of the portal's list. Tenant-scoped: it carries the patient's name. */
export interface EncounterRow {
  encounter_id: string;
  patient_name: string;
  birth_date: string;
  site_name: string;
  treatments: TreatmentRef[];
  visit: Visit;
  presence: PresenceName;
  requested_at_ms: number;
  ready_at_ms: number | null;
  signed_at_ms: number | null;
  practitioner_name: string | null;
  dispositions: Record<string, Disposition>;
  callback: CallbackRow | null;
  emergency: EmergencyRow | null;
  live_asked: boolean;
}

/** Attest and sign. `chart_head` is the head that the practitioner has read. */
export interface EncounterSign {
  v: 1;
  id: string;
  type: "encounter.sign";
  encounter_id: string;
  attestation_version: string;
  attested: true;
  chart_head: string;
}

/**
 * Something that ends, or is over since not long ago; negative days are gone by.
 *
 * `noticed`: the days before the end at which it was told.
 */
export interface EndingView {
  kind: "authority" | "verification" | "collaboration" | "dea" | "malpractice" | "employment" | "exclusion_check";
  jurisdiction: string | null;
  valid_until_ms: number;
  days_left: number;
  noticed: number[];
}

/**
 * An endpoint, the keys that verify what it gets (v1a), and its latest messages.
 *
 * A webhook is told what happened; a record system (`emr`) gets the charts themselves, and
 * `scheme` says nothing of it.
 */
export interface EndpointView {
  endpoint_id: string;
  channel: "webhook" | "emr";
  url: string;
  topics: string[];
  scheme: SigningScheme;
  state: "active" | "disabled";
  reason: string | null;
  created_at_ms: number;
  failing_since_ms: number | null;
  public_keys: string[];
  old_secret_until_ms: number | null;
  deliveries: DeliveryView[];
}

/** One line of the chart's log. */
export interface EntryView {
  seq: number;
  kind: string;
  at_ms: number;
  actor: string;
  summary: string;
}

/** A simulated figure with its 95 % interval; null when one day tells nothing of it. */
export interface EstimateView {
  value: number;
  low: number | null;
  high: number | null;
}

/** Who looked, and at which source; the paper, where it is kept in the file. */
export interface EvidenceForm {
  checked_by: string;
  source: string;
  document_id?: string | null;
}

/** A look into a list of excluded people. */
export interface ExclusionCheckForm {
  list_name: "leie" | "sam" | "state";
  outcome: "clear" | "match";
  checked_on: string;
  evidence: EvidenceForm;
}

/** A look into a list of excluded people. */
export interface ExclusionCheckView {
  id: string;
  counts: boolean;
  entered_at_ms: number;
  entered_by: string;
  verified_at_ms: number | null;
  verified_by: string | null;
  source: string | null;
  document_id: string | null;
  ended_at_ms: number | null;
  list_name: string;
  outcome: string;
  checked_at_ms: number;
}

/**
 * What the account proves itself by. `required`: a second factor has to be there.
 *
 * `passkey_host`: on which host passkeys can be made and used; null: on none.
 */
export interface FactorsView {
  password: boolean;
  passkeys: PasskeyView[];
  passkey_host: string | null;
  code_generators: GeneratorView[];
  recovery_left: number;
  required: boolean;
}

/**
 * A licence, registration or permit.
 *
 * `verify_again_at_ms`: what was seen at its source counts until then; null: without an end.
 */
export interface FileAuthorityView {
  id: string;
  jurisdiction: string;
  kind: string;
  number: string;
  valid_from_ms: number;
  valid_until_ms: number;
  status: string;
  independent: boolean;
  verified_at_ms: number | null;
  verified_by: string | null;
  source: string | null;
  verify_again_at_ms: number | null;
  checks: AuthorityCheckView[];
}

/** A file of rows. Without `apply` nothing is written: the answer says what it would do. */
export interface FileImportForm {
  csv: string;
  apply: boolean;
}

/** What a file of rows would do, or did. */
export interface FileImportView {
  lines: number;
  added: number;
  unchanged: number;
  errors: RemarkView[];
  applied: boolean;
}

/**
 * One practitioner in the list of compliance.
 *
 * `unverified`: licences that nobody has looked at, or too long ago.
 */
export interface FileRowView {
  practitioner_id: string;
  display_name: string;
  profession: string;
  login: string;
  npi: string;
  active: boolean;
  cleared: boolean;
  cleared_until_ms: number | null;
  missing: ("exclusion_check" | "excluded" | "malpractice" | "employment" | "training")[];
  jurisdictions: string[];
  unverified: number;
  ends: EndingView[];
}

/** The practitioner looked at the findings of one treatment, or takes that back. */
export interface FindingSee {
  v: 1;
  id: string;
  type: "finding.see";
  encounter_id: string;
  treatment_class: string;
  seen: boolean;
}

/**
 * What is to be looked at on the video for one treatment, and what became of it.
 *
 * `pending`: the practitioner said that they looked; whether video flowed both ways then is
 * still being measured. `unseen`: it did not.
 */
export interface FindingView {
  treatment_class: string;
  findings: string[];
  standing: "missing" | "pending" | "seen" | "unseen";
  at_ms: number | null;
}

/** Why the practitioner would approve in spite of a review flag. */
export interface FlagReasonView {
  code: string;
  question_id: string;
  applies_to: string;
  reason: string;
}

/** Why these review flags do not bar an approval; an empty reason takes it back. */
export interface FlagsReason {
  v: 1;
  id: string;
  type: "flags.reason";
  encounter_id: string;
  flags: NamedFlag[];
  reason: string;
}

/**
 * The exam without a live visit, as far as the patient has come with it.
 *
 * `offered`: the rules could permit it. `chosen`: the patient was asked and said which way.
 * `active`: it is the way. `upgraded`: it went on by live video, for good. `wanted` are views
 * of photos, `missing` those without one. `due_at_ms`: when an answer may be expected.
 */
export interface ForwardView {
  offered: boolean;
  chosen: boolean;
  active: boolean;
  upgraded: boolean;
  wanted: string[];
  missing: string[];
  uploads: UploadView[];
  images_max: number;
  record_pages_max: number;
  file_bytes_max: number;
  submitted_at_ms: number | null;
  due_at_ms: number | null;
  reviewer: ReviewerView | null;
}

/** Mean time in line of the same patients, before and after one change. */
export interface GainView {
  before_s: EstimateView;
  after_s: EstimateView;
  saved_s: EstimateView;
}

/** A jurisdiction that nobody on shift is licensed in while patients are expected. */
export interface GapView {
  jurisdiction: string;
  hours: number;
  patients: number;
  spans: SpanView[];
}

export type Gate =
  | "identity"
  | "location"
  | "disclosure"
  | "room"
  | "guardian"
  | "complaint_notice"
  | "physician_request"
  | "consent"
  | "private_answers"
  | "seen_on_video";

/** A spoken prompt was asked and answered (see `ChartView.gates`). */
export interface GateConfirm {
  v: 1;
  id: string;
  type: "gate.confirm";
  encounter_id: string;
  gate: Gate;
  confirmed: boolean;
}

/** What a new code generator is called by whose it is. */
export interface GeneratorForm {
  label: string;
}

/** A code generator that counts. */
export interface GeneratorView {
  id: string;
  label: string;
  since_ms: number;
}

/** Who answers for a patient under 18: identified, and there for the whole exam. */
export interface GuardianForm {
  legal_name: string;
  birth_date: string;
  relationship: "parent" | "legal_guardian";
  phone: string;
  present: true;
}

/** An answer that a practitioner must look at. */
export interface HealthFlag {
  code: string;
  severity: Severity;
  reason: string;
  question_id: string;
  applies_to: string;
}

/** `/healthz`. */
export interface HealthView {
  status: "ok" | "starting" | "degraded";
  version: string;
  database: "ok" | "down";
  switchboard: "ok" | "starting";
}

/** Kiosk: who is holding the tablet. Staff help is logged by name. */
export interface HolderForm {
  holder: "patient" | "staff";
  staff_name?: string;
}

/** A W3C RTCIceCandidateInit; an empty `candidate` is end-of-candidates. */
export interface IceCandidate {
  candidate: string;
  sdp_mid: string | null;
  sdp_m_line_index: number | null;
  username_fragment: string | null;
}

/** A W3C RTCIceCandidateInit; an empty `candidate` is end-of-candidates. */
export interface IceCandidateInput {
  candidate: string;
  sdp_mid?: string | null;
  sdp_m_line_index?: number | null;
  username_fragment?: string | null;
}

/** A W3C RTCIceServer; TURN credentials expire (coturn's REST scheme). */
export interface IceServer {
  urls: string[];
  username: string | null;
  credential: string | null;
}

/** The STUN and TURN servers for the network test; credentials expire. */
export interface IceServersView {
  ice_servers: IceServer[];
}

/** Who the patient says they are. */
export interface IdentityForm {
  legal_name: string;
  birth_date: string;
  phone: string;
  email: string;
  emergency_name: string;
  emergency_phone: string;
  language: Language;
}

/** Who the patient says they are. */
export interface IdentityFormInput {
  legal_name: string;
  birth_date: string;
  phone: string;
  email?: string;
  emergency_name: string;
  emergency_phone: string;
  language: Language;
}

/**
 * A roster file. Without `apply` nothing is written: the answer says what it would do.
 *
 * With `replaced`, what is planned to begin in that stretch and is not in the file goes.
 */
export interface ImportForm {
  csv: string;
  replaced?: ShiftForm | null;
  apply: boolean;
}

/** What a roster file would do, or did. */
export interface ImportView {
  lines: number;
  added: number;
  removed: number;
  unchanged: number;
  errors: RemarkView[];
  notes: RemarkView[];
  applied: boolean;
}

/** Whom a new link is for. The last three are said of those who are to examine. */
export interface InvitationForm {
  organization_id: string;
  role: "practitioner" | "spa_staff" | "spa_manager" | "medical_director" | "ops" | "compliance";
  login: string;
  display_name: string;
  profession?: "MD" | "DO" | "NP" | "PA" | null;
  npi?: string | null;
  languages?: string | null;
}

/**
 * Whom an invitation names, and for what.
 *
 * `providers`: by which of them it can be accepted; `by_password`: by a password, too.
 */
export interface InvitationView {
  audience: "practitioner" | "spa" | "ops";
  organization_name: string;
  demo: boolean;
  role: "practitioner" | "spa_staff" | "spa_manager" | "medical_director" | "ops" | "compliance";
  login: string;
  display_name: string;
  expires_at_ms: number;
  providers: ProviderView[];
  by_password: boolean;
}

/** The password that somebody chooses who comes by a link: 12 characters at least. */
export interface JoinForm {
  secret: string;
  password: string;
}

/** Where the patient stands. A reload at any moment asks for this and continues. */
export interface JoinStateView {
  encounter_id: string;
  step: Step;
  visit: Visit;
  kiosk: boolean;
  site: SiteView;
  network_name: string;
  language: Language;
  holder: "patient" | "staff" | null;
  privacy_requested: boolean;
  identity: IdentityForm | null;
  suggested_name: string;
  location: LocationForm | null;
  treatments: TreatmentRef[];
  treatment_options: TreatmentOptionView[];
  answers: Record<string, boolean | number | string | string[]>;
  answers_done: boolean;
  minor: boolean;
  guardian: GuardianForm | null;
  room: PersonInRoom[] | null;
  room_confirmed: boolean;
  emergency: boolean;
  emergency_steps: string;
  emergency_raised: boolean;
  location_heard: string | null;
  consent_withdrawn: boolean;
  consent_texts: ConsentTextView[];
  consents_done: boolean;
  device_test_done: boolean;
  admission: AdmissionView | null;
  coverage: ServedView | null;
  forward: ForwardView | null;
  callback: CallbackRow | null;
  result: ResultView | null;
  demo: boolean;
}

/** One jurisdiction on the map. `opened` of `cells` professions with classes are open. */
export interface JurisdictionRowView {
  code: string;
  name: string;
  opened: number;
  cells: number;
  sign_offs: ("store_and_forward" | "audio_only" | "definition_opinion")[];
  overdue: number;
  uncited: number;
  conflict: boolean;
}

/** All that is known and decided of one jurisdiction. */
export interface JurisdictionView {
  code: string;
  name: string;
  confidence: string;
  conflict: string | null;
  rules: RuleView[];
  values: CitedValueView[];
  sources: SourceView[];
  opened: OpenedView[];
  sign_offs: SignOffView[];
}

/** A public key (RFC 8037). */
export interface JwkView {
  kty: string;
  crv: string;
  x: string;
  alg: string;
  use: string;
  kid: string;
}

/** Public keys that verify signatures (RFC 7517). */
export interface JwksView {
  keys: JwkView[];
}

/** On a registered site tablet: the short code shown to staff, with the birth date. */
export interface KioskRedeemForm {
  code: string;
  birth_date: string;
  take_over?: boolean;
}

/** What a registered tablet knows while nobody holds it: no PHI. */
export interface KioskView {
  site_id: string;
  site_name: string;
  city: string;
  jurisdiction: string;
  spa_name: string;
  device_test_done_today: boolean;
  idle_limit_s: number;
}

/** A passkey, as a browser finds it. */
export interface KnownPasskeyView {
  credential_id: string;
  transports: string[];
}

export type Language = "en" | "es";

/** A token that operations made, and that works until it ends. */
export interface LastingTokenView {
  token_id: string;
  label: string;
  scopes: string[];
  expires_at_ms: number;
}

/** This side's answer to the offer that came with the same `leg` and `restart`. */
export interface LegAnswer {
  v: 1;
  id: string;
  type: "leg.answer";
  encounter_id: string;
  leg: number;
  restart: number;
  description: LegReply;
}

/** A leg is over: drop its connection. */
export interface LegClosed {
  v: 1;
  stream: string;
  seq: number;
  type: "leg.closed";
  encounter_id: string;
  leg: number;
  reason: LegEnd;
}

export type LegEnd =
  | "offer_over"
  | "left"
  | "replaced"
  | "session_over"
  | "resumed"
  | "failed"
  | "relay_lost"
  | "went_direct"
  | "call_over";

/** This side can make nothing of a leg. */
export interface LegFailed {
  v: 1;
  id: string;
  type: "leg.failed";
  encounter_id: string;
  leg: number;
  reason: "description_rejected" | "connection_failed" | "other";
}

/** This leg carries the call from now on; the older ones are closed after it. */
export interface LegLinked {
  v: 1;
  stream: string;
  seq: number;
  type: "leg.linked";
  encounter_id: string;
  leg: number;
}

/** The relay's offer, or its next one for an ICE restart. */
export interface LegOffer {
  type: "offer";
  sdp: string;
}

/**
 * A connection to the relay for this page to answer; camera and microphone stay off it.
 *
 * A `leg` that the page has is an ICE restart of that connection (a higher `restart`) or the
 * same offer once more; another number is a further connection beside the ones there are.
 */
export interface LegOffered {
  v: 1;
  stream: string;
  seq: number;
  type: "leg.offered";
  encounter_id: string;
  leg: number;
  restart: number;
  description: LegOffer;
  ice_servers: IceServer[];
}

/** This side has no path to the relay any more on the leg that it uses. */
export interface LegRefresh {
  v: 1;
  id: string;
  type: "leg.refresh";
  encounter_id: string;
  leg: number;
  reason: "stalled" | "ice" | "network" | "socket";
}

/** A browser's answer to a relay's offer. */
export interface LegReply {
  type: "answer";
  sdp: string;
}

/** One more licence: who, and where. */
export interface LicenceGainView {
  practitioner: string;
  jurisdiction: string;
  gain: GainView;
}

/** A fresh link. Shown once: only its hash is kept. */
export interface LinkView {
  encounter_id: string;
  url: string;
  kiosk_code: string;
  expires_at_ms: number;
  encounter: EncounterRow;
  ways: WayView[];
}

/** Whether people of an organization sign in here only in an emergency. */
export interface LocalSignInForm {
  organization_id: string;
  emergency_only: boolean;
}

/** Where the patient is now; attested, because the licence depends on it. */
export interface LocationForm {
  jurisdiction: string;
  street: string;
  city: string;
  postal_code: string;
  at_site: boolean;
  attested: true;
}

/** The patient is in another jurisdiction than they attested, as heard in the call. */
export interface LocationHeard {
  v: 1;
  id: string;
  type: "location.heard";
  encounter_id: string;
  jurisdiction: string;
}

/** A policy of malpractice insurance; limits in whole US dollars. */
export interface MalpracticeForm {
  insurer: string;
  policy_number: string;
  per_claim_usd: number;
  aggregate_usd: number;
  since: string;
  until: string;
  evidence?: EvidenceForm | null;
}

/** A policy of malpractice insurance. */
export interface MalpracticeView {
  id: string;
  counts: boolean;
  entered_at_ms: number;
  entered_by: string;
  verified_at_ms: number | null;
  verified_by: string | null;
  source: string | null;
  document_id: string | null;
  ended_at_ms: number | null;
  insurer: string;
  policy_number: string;
  per_claim_usd: number;
  aggregate_usd: number;
  valid_from_ms: number;
  valid_until_ms: number;
}

/** Simulated figures; null where nobody came. */
export interface MeasuredView {
  asa_s: EstimateView | null;
  service_level: EstimateView | null;
  abandonment: EstimateView | null;
  occupancy: EstimateView | null;
  worst: WorstView | null;
}

/**
 * What flowed, as far as the chart has it: the server's statement, not the practitioner's.
 *
 * `line` says it in English; `complete`: nothing is missing and every seal fits.
 */
export interface MediaView {
  line: string;
  live_video_s: number;
  audio_only_s: number;
  interrupted_s: number;
  complete: boolean;
}

export type MissedTarget =
  | "uncovered"
  | "infeasible"
  | "service_level"
  | "asa"
  | "worst"
  | "abandonment";

/** What still bars the signature, and where to mend it. */
export interface MissingView {
  code: string;
  message: string;
  target: string;
}

/** How the patient wants to be examined; live video after a submission is for good. */
export interface ModalityForm {
  modality: RequestedModality;
  reason?: string;
}

/**
 * How an exam was held, as computed from its evidence at signing.
 *
 * `modality` None: no exam came about. `modifiers`: CPT 95 and 93, HCPCS GQ;
 * `place_of_service`: a CMS code where the chart shows it. Seconds are measured.
 */
export interface ModalityView {
  modality: "live_video" | "hybrid" | "audio_only" | "store_and_forward" | null;
  modifiers: ("95" | "93" | "GQ")[];
  place_of_service: "02" | "10" | null;
  began_at_ms: number | null;
  ended_at_ms: number | null;
  live_video_s: number;
  audio_only_s: number;
  interruptions: number;
  interrupted_s: number;
  complete: boolean;
}

/** One flag, as `HealthFlag` names it. */
export interface NamedFlag {
  code: string;
  question_id: string;
  applies_to: string;
}

/** Where a spa's own system is to be told, and what. */
export interface NewEndpointForm {
  url: string;
  topics: DeliveryTopic[];
  scheme?: SigningScheme;
}

/** A request for an exam. The same `request_id` twice makes one encounter. */
export interface NewExamForm {
  request_id: string;
  patient: NewPatientForm;
  site_id: string;
  treatments: TreatmentRefInput[];
}

/** A code generator to be confirmed; `secret` and `uri` (for a picture) are shown once. */
export interface NewGeneratorView {
  id: string;
  secret: string;
  uri: string;
}

/** A link for one person, shown once, and the page as it is now. */
export interface NewInvitationView {
  url: string;
  expires_at_ms: number;
  page: PeopleView;
}

/** What the browser made, and what it is called by whose it is. */
export interface NewPasskeyForm {
  label: string;
  credential_id: string;
  client_data: string;
  attestation: string;
  transports: ("usb" | "nfc" | "ble" | "smart-card" | "hybrid" | "internal" | "cable")[];
}

/** Who the exam is for. */
export interface NewPatientForm {
  legal_name: string;
  birth_date: string;
  phone?: string;
  email?: string;
}

/** A draft for one site: the next version of its protocol for that class. */
export interface NewProtocolForm {
  site_id: string;
  protocol: ProtocolForm;
}

/** What the receiver verifies with: a secret (v1, shown this once) or a public key (v1a). */
export interface NewSecretView {
  endpoint_id: string;
  secret: string;
  page: DeliveriesView;
}

/** A shift of somebody. */
export interface NewShiftForm {
  practitioner_id: string;
  starts_at_ms: number;
  ends_at_ms: number;
}

/** The note as typed so far. `base_revision` is the one it was typed on (0 = none). */
export interface NoteSave {
  v: 1;
  id: string;
  type: "note.save";
  encounter_id: string;
  base_revision: number;
  text: string;
}

/** The note of a chart of theirs was saved, in this window or another one. */
export interface NoteSaved {
  v: 1;
  stream: string;
  seq: number;
  type: "note.saved";
  encounter_id: string;
  revision: number;
}

/**
 * The note as last saved.
 *
 * `draft_key`: AES-256 key in base64 under which the page seals what it has not saved yet.
 */
export interface NoteView {
  note: string;
  note_revision: number;
  note_saved_at_ms: number | null;
  draft_key: string;
}

export type NoticeKind = "alert_raised" | "alert_cleared" | "came" | "left" | "missed";

/**
 * The practitioner takes the patient.
 *
 * `description` is the first SdpOffer of the call, made while it rang: the patient gets it
 * together with `call.started`, and never if the accept is refused.
 */
export interface OfferAccept {
  v: 1;
  id: string;
  type: "offer.accept";
  offer_id: string;
  description?: SessionDescription | null;
}

/** What an offer shows before accept: no name. */
export interface OfferCard {
  offer_id: string;
  encounter_id: string;
  age_years: number;
  jurisdiction: string;
  site_jurisdiction: string;
  language: string;
  treatments: TreatmentRef[];
  flags: HealthFlag[];
  waiting_since_ms: number;
  now_ms: number;
  expires_in_ms: number;
  ring_ms: number;
  ice_servers: IceServer[];
}

/** An offer is over: accepted elsewhere is impossible, so declined, missed, withdrawn. */
export interface OfferClosed {
  v: 1;
  stream: string;
  seq: number;
  type: "offer.closed";
  offer_id: string;
  state: "accepted" | "declined" | "missed" | "withdrawn";
  reason: string | null;
}

/** The practitioner passes, with a reason. */
export interface OfferDecline {
  v: 1;
  id: string;
  type: "offer.decline";
  offer_id: string;
  reason: "busy" | "conflict_of_interest" | "outside_competence" | "break" | "other";
}

/** A patient is offered. */
export interface OfferRinging {
  v: 1;
  stream: string;
  seq: number;
  type: "offer.ringing";
  offer: OfferCard;
}

/** One more practitioner on duty throughout, licensed as somebody on the roster. */
export interface OneMoreView {
  like: string;
  jurisdictions: string[];
  gain: GainView;
}

/** An invitation that can still be accepted. `yours`: who asks may take it back. */
export interface OpenInvitationView {
  id: string;
  organization_id: string;
  role: "practitioner" | "spa_staff" | "spa_manager" | "medical_director" | "ops" | "compliance";
  login: string;
  display_name: string;
  invited_at_ms: number;
  expires_at_ms: number;
  yours: boolean;
}

/** One profession and class that is open. */
export interface OpenedView {
  profession: "MD" | "DO" | "NP" | "PA";
  treatment_class: string;
  opened_by: string;
  opened_at_ms: number;
  reference: string;
}

/** Open, or close, a jurisdiction for professions and treatment classes. */
export interface OpeningForm {
  jurisdiction: string;
  professions: ("MD" | "DO" | "NP" | "PA")[];
  treatment_classes: string[];
  reference: string;
}

/** An alert that is raised; without a jurisdiction it is about the whole network. */
export interface OpsAlert {
  code: AlertName;
  jurisdiction: string | null;
  raised_at_ms: number;
  count: number;
  waiting_since_ms: number | null;
}

/** One day of the history. */
export interface OpsDateView {
  date: string;
  whole: OpsStretch;
}

/** `/api/v1/ops/days/{day}`: a day, and those of its half hours in which something was. */
export interface OpsDayView {
  date: string;
  time_zone: string;
  jurisdiction: string | null;
  whole: OpsStretch;
  half_hours: OpsStretch[];
}

export type OpsEvent = OpsSync | SessionEnded | ServiceChanged;

/** `/api/v1/ops/history`: days in order, the last one may be running. */
export interface OpsHistoryView {
  today: string;
  time_zone: string;
  jurisdiction: string | null;
  days: OpsDateView[];
}

/** Something that changed: an alert, somebody on duty, a missed offer. */
export interface OpsNotice {
  at_ms: number;
  kind: NoticeKind;
  code: string | null;
  jurisdiction: string | null;
  practitioner: string | null;
}

/** The waiting room; the lists hold the longest waits and the busiest people first. */
export interface OpsNow {
  waiting_total: number;
  oldest_ready_at_ms: number | null;
  waiting: OpsWaiting[];
  tiles: OpsTile[];
  statuses: Partial<Record<StatusName, number>>;
  practitioners_total: number;
  practitioners: OpsPractitioner[];
  alerts_total: number;
  alerts: OpsAlert[];
  notices: OpsNotice[];
}

/** Half an hour of today, for charts. */
export interface OpsPoint {
  at_ms: number;
  arrived: number;
  answered: number;
  abandoned: number;
  wait_p50_ms: number | null;
  wait_p90_ms: number | null;
  connect_p50_ms: number | null;
  connect_p90_ms: number | null;
  level_strict: number | null;
  occupancy: number | null;
}

/** A practitioner on duty. */
export interface OpsPractitioner {
  practitioner_id: string;
  display_name: string;
  profession: string;
  jurisdictions: string[];
  status: StatusName;
  presence: PresenceName;
  since_ms: number | null;
  missed_offers: number;
}

/** How a duration is distributed, in milliseconds; null of nothing. */
export interface OpsSpread {
  count: number;
  mean_ms: number | null;
  p50_ms: number | null;
  p90_ms: number | null;
  p95_ms: number | null;
}

/**
 * A day or half an hour; shares are 0 to 1, null of nothing.
 *
 * `wait` is from ready to accepted, `connect` from ready to media flowing both ways.
 */
export interface OpsStretch {
  starts_at_ms: number;
  arrived: number;
  answered: number;
  abandoned: number;
  cancelled: number;
  waiting: number;
  connected: number;
  connected_in_time: number;
  signed: number;
  offers: number;
  offers_missed: number;
  level_strict: number | null;
  level_lenient: number | null;
  abandonment: number | null;
  occupancy: number | null;
  wait: OpsSpread;
  connect: OpsSpread;
}

/** Everything ops sees; a wait above `oldest_wait_alert_ms` raises an alert. */
export interface OpsSync {
  v: 1;
  stream: string;
  seq: number;
  type: "ops.sync";
  now_ms: number;
  network_name: string;
  time_zone: string;
  target_ms: number;
  oldest_wait_alert_ms: number;
  now: OpsNow;
  today: OpsToday;
}

/** One jurisdiction; `uncovered` are those who wait and whom nobody on duty may serve. */
export interface OpsTile {
  jurisdiction: string;
  waiting: number;
  oldest_ready_at_ms: number | null;
  uncovered: number;
  licensed: number;
  on_duty: number;
  idle: number;
}

/** The running day in the network's time zone, as a whole and by half hour. */
export interface OpsToday {
  date: string;
  starts_at_ms: number;
  ends_at_ms: number;
  whole: OpsStretch;
  points: OpsPoint[];
}

/** A waiting patient as ops sees them: no PHI. */
export interface OpsWaiting {
  encounter_id: string;
  jurisdiction: string;
  site_jurisdiction: string;
  presence: PresenceName;
  ready_at_ms: number;
  ringing: boolean;
  priority: number;
  eligible_on_duty: number;
  eligible_idle: number;
}

/** A product, and the most of it that one session may use; None: no figure applies. */
export interface OrderItem {
  product: string;
  dose_max: Dose | null;
}

/**
 * What the site's protocol allows for this patient: the most that can be confirmed.
 *
 * `order` with nothing changed is the prefilled order; every part of it may be narrowed.
 */
export interface OrderProposalView {
  order: TreatmentOrder;
  months_max: number;
  conditions: string[];
  director_name: string;
  valid_until: string;
}

/** How people of an organization sign in. `emergency_only`: here only in an emergency. */
export interface OrganizationProvidersView {
  organization_id: string;
  name: string;
  kind: "network" | "spa";
  emergency_only: boolean;
  providers: OwnProviderView[];
  emergency_accounts: EmergencyAccountView[];
}

/** What was decided about one treatment. */
export interface OutcomeView {
  treatment_class: string;
  product: string | null;
  disposition: Disposition;
  conditions: string;
  order: string;
  rationale: string;
  valid_until: string | null;
}

/**
 * A provider of one's network, or of one of its spas.
 *
 * `redirect_uris`: where it may send browsers back to, without its mark and with it.
 * `logout_uri`: where it is to say that somebody signed out (back-channel).
 */
export interface OwnProviderView {
  id: string;
  name: string;
  issuer: string;
  client_id: string;
  has_secret: boolean;
  scopes: string;
  acr: string | null;
  since_ms: number;
  redirect_uris: string[];
  logout_uri: string;
}

/**
 * One place in which somebody is signed in.
 *
 * `here`: the one that asks. `way`: what was proved, the last time at `proved_at_ms`.
 */
export interface OwnSessionView {
  id: string;
  here: boolean;
  agent: string | null;
  way: string;
  proved_at_ms: number;
  last_seen_at_ms: number;
}

/** A practitioner's own shifts of the next two weeks. */
export interface OwnShiftsView {
  now_ms: number;
  shifts: ShiftView[];
}

/**
 * What a browser is to make: a discoverable passkey, of somebody it has verified.
 *
 * `exclude`: those that the account has. `algorithms`: COSE, the best first.
 */
export interface PasskeyCreationView {
  challenge: string;
  rp_id: string;
  rp_name: string;
  user_id: string;
  user_name: string;
  user_display_name: string;
  algorithms: number[];
  exclude: KnownPasskeyView[];
  timeout_ms: number;
}

/** What a passkey answered. `user_handle`: whose it says it is; a discoverable one does. */
export interface PasskeyForm {
  credential_id: string;
  client_data: string;
  authenticator_data: string;
  signature: string;
  user_handle?: string | null;
}

/** What a passkey is called by whose it is. */
export interface PasskeyLabelForm {
  label: string;
}

/**
 * What a browser is to answer, by a passkey of somebody it has verified.
 *
 * `allow`: by which ones; none: by any that it finds for `rp_id`.
 */
export interface PasskeyRequestView {
  challenge: string;
  rp_id: string;
  allow: KnownPasskeyView[];
  timeout_ms: number;
}

/** A passkey that counts. `backed_up`: more than one device has it. */
export interface PasskeyView {
  id: string;
  label: string;
  since_ms: number;
  last_used_ms: number | null;
  backed_up: boolean;
}

/** The password of before, and the new one: 12 characters at least, and not the login. */
export interface PasswordForm {
  current: string;
  password: string;
}

export type PatientCommand =
  | Sync
  | QueueJoin
  | QueueLeave
  | CallbackRequest
  | ConsentWithdraw
  | EmergencyRaise
  | CallDescription
  | CallCandidate
  | CallFirstFrame
  | CallInterrupted
  | CallRecovered
  | CallFailed
  | CallRetry
  | CallMedia
  | CallReport
  | CallHangUp
  | ChatSay
  | LegAnswer
  | LegRefresh
  | LegFailed;

export type PatientEvent =
  | PatientSync
  | QueueChanged
  | AdmissionChanged
  | CallStarted
  | CallChanged
  | PeerDescription
  | PeerCandidate
  | LegOffered
  | LegLinked
  | LegClosed
  | ChatSaid
  | VisitChanged
  | DeviceReplaced
  | SessionEnded
  | ServiceChanged;

/** Who: the patient's id here, or exact name and date of birth; never both. */
export interface PatientRefForm {
  patient_id?: string | null;
  legal_name?: string | null;
  birth_date?: string | null;
}

/** The whole state of the patient's page after intake. */
export interface PatientSync {
  v: 1;
  stream: string;
  seq: number;
  type: "patient.sync";
  encounter_id: string;
  visit: Visit;
  ringing: boolean;
  wait: WaitEstimate | null;
  practitioner: PractitionerCard | null;
  setup: CallSetup | null;
  call: CallStatus | null;
}

/** The other side's candidate. */
export interface PeerCandidate {
  v: 1;
  stream: string;
  seq: number;
  type: "peer.candidate";
  encounter_id: string;
  generation: number;
  candidate: IceCandidate;
}

/** The other side's description. */
export interface PeerDescription {
  v: 1;
  stream: string;
  seq: number;
  type: "peer.description";
  encounter_id: string;
  generation: number;
  description: SessionDescription;
}

/** Who signs in for one's spa, or network and its spas. `more`: not all are shown. */
export interface PeopleView {
  people: PersonView[];
  more: boolean;
  invitations: OpenInvitationView[];
  organizations: PlaceView[];
}

export type PerformerRole =
  | "MD"
  | "DO"
  | "NP"
  | "PA"
  | "RN"
  | "LPN"
  | "paramedic"
  | "esthetician"
  | "laser_technician"
  | "medical_assistant";

/** Somebody who is with the patient; the name may be left out. */
export interface PersonInRoom {
  who: Companion;
  name: string;
}

/** Somebody who is with the patient; the name may be left out. */
export interface PersonInRoomInput {
  who: Companion;
  name?: string;
}

/**
 * Somebody who signs in for an organization.
 *
 * `yours`: the account that asks. `roles`: which ones it may be given by who asks; none where
 * they may not decide about it. `second_factor`: it has one. `sessions`: live ones.
 * `practitioner_id`: whose file is theirs, where they examine.
 */
export interface PersonView {
  account_id: string;
  organization_id: string;
  audience: "practitioner" | "spa" | "ops";
  login: string;
  display_name: string;
  role: "practitioner" | "spa_staff" | "spa_manager" | "medical_director" | "ops" | "compliance";
  active: boolean;
  yours: boolean;
  roles: ("practitioner" | "spa_staff" | "spa_manager" | "medical_director" | "ops" | "compliance")[];
  second_factor: boolean;
  sessions: number;
  practitioner_id: string | null;
  recovery: RecoveryView | null;
}

/** The four words that somebody reads out who asks to be let in again. */
export interface PhraseForm {
  phrase: string;
}

/** An organization, and which roles who asks may give in it. */
export interface PlaceView {
  organization_id: string;
  name: string;
  kind: "network" | "spa";
  roles: ("practitioner" | "spa_staff" | "spa_manager" | "medical_director" | "ops" | "compliance")[];
}

/** A question to the planner; a thorough answer takes six times as long. */
export interface PlanForm {
  arrivals: CsvSource | ArrivalsRows | ArrivalsHistory;
  roster: CsvSource | RosterRows | RosterStore;
  assumptions?: AssumptionsForm;
  targets?: TargetsForm;
  thorough?: boolean;
  seed?: number;
}

/** One half hour of a plan. */
export interface PlanIntervalView {
  starts_at_ms: number;
  patients: number;
  load: number;
  on_duty: number;
  scale: number | null;
  binding: string[];
  uncovered: string[];
  bound: PooledView | null;
  needed: number | null;
  square_root: number;
  bound_with_one_more: PooledView | null;
  measured: MeasuredView;
  one_more_saved_s: EstimateView | null;
  missed: MissedTarget[];
}

/** A plan. */
export interface PlanView {
  intervals: PlanIntervalView[];
  whole: MeasuredView;
  days: number;
  gaps: GapView[];
  window: SpanView;
  compared_days: number;
  one_more: OneMoreView | null;
  licences: LicenceGainView[];
  practitioners: number;
  patients: number;
  patients_simulated: number;
}

/** Set one layer: what compliance allows, or what the operator takes away from it. */
export interface PolicyForm {
  layer: "compliance" | "operator";
  switches: SwitchesForm;
  reference: string;
}

/** As if everybody were licensed everywhere; `asa_s` null: the line grows without end. */
export interface PooledView {
  agents: number;
  asa_s: number | null;
  service_level: number;
  abandonment: number;
  occupancy: number;
}

/** One encounter as the spa may see it: outcome and orders, not the private note. */
export interface PortalEncounterView {
  row: EncounterRow;
  vitals: VitalsView;
  vitals_open: boolean;
  flags: HealthFlag[];
  outcomes: OutcomeView[];
  addenda: AmendmentView[];
  practitioner_name: string | null;
  modality: string | null;
  held: ModalityView | null;
  link_expires_at_ms: number | null;
  ways: WayView[];
  messages: SentMessageView[];
  pdf_ready: boolean;
}

/**
 * What the portal needs to draw itself.
 *
 * `unserved` says by jurisdiction of a site which treatment classes are not to be had there,
 * each with a word of the rules for why.
 */
export interface PortalHomeView {
  spa_name: string;
  sites: SiteView[];
  unserved: Record<string, Record<string, string>>;
  treatment_options: TreatmentOptionView[];
  encounters: EncounterRow[];
}

/** Who the patient is about to meet: the disclosure duty of most jurisdictions. */
export interface PractitionerCard {
  display_name: string;
  profession: string;
  licenses: string[];
}

export type PractitionerCommand =
  | Sync
  | DutyAvailable
  | DutyAway
  | OfferAccept
  | OfferDecline
  | NoteSave
  | GateConfirm
  | DispositionSet
  | EncounterPark
  | EncounterNoShow
  | EncounterRelease
  | EncounterSign
  | AddendumAdd
  | EmergencyRaise
  | EmergencyClear
  | LocationHeard
  | RoomSet
  | ReviewBegin
  | ReviewOpen
  | ReviewAttest
  | ReviewJudge
  | ReviewReturn
  | ReviewUpgrade
  | FindingSee
  | EncounterResume
  | EncounterReschedule
  | AnswersRead
  | FlagsReason
  | CallDescription
  | CallCandidate
  | CallFirstFrame
  | CallInterrupted
  | CallRecovered
  | CallFailed
  | CallRetry
  | CallMedia
  | CallReport
  | CallHangUp
  | ChatSay
  | LegAnswer
  | LegRefresh
  | LegFailed;

export type PractitionerEvent =
  | PractitionerSync
  | OfferRinging
  | OfferClosed
  | StatusChanged
  | QueueSummaryChanged
  | ChartChanged
  | NoteSaved
  | UnsignedChanged
  | CallStarted
  | CallChanged
  | PeerDescription
  | PeerCandidate
  | LegOffered
  | LegLinked
  | LegClosed
  | ChatSaid
  | VisitChanged
  | SessionEnded
  | ServiceChanged;

/**
 * One file. `standard` is null where the network asks for nothing besides licences.
 *
 * `cleared_until_ms` is null where nothing that is there has an end. `verification_service`:
 * there is one that can be asked about licences.
 */
export interface PractitionerFileView {
  practitioner_id: string;
  display_name: string;
  profession: string;
  npi: string;
  active: boolean;
  now_ms: number;
  standard: StandardView | null;
  verification_service: boolean;
  cleared: boolean;
  cleared_until_ms: number | null;
  missing: ("exclusion_check" | "excluded" | "malpractice" | "employment" | "training")[];
  trained_minutes: number;
  ends: EndingView[];
  authorities: FileAuthorityView[];
  collaborations: CollaborationView[];
  dea: DeaView[];
  exclusion_checks: ExclusionCheckView[];
  malpractice: MalpracticeView[];
  employments: EmploymentView[];
  trainings: TrainingView[];
  documents: CredentialDocumentView[];
}

/** The whole state of the console's live part. */
export interface PractitionerSync {
  v: 1;
  stream: string;
  seq: number;
  type: "practitioner.sync";
  practitioner_id: string;
  status: StatusName;
  shift_ends_at_ms: number | null;
  auto_accept: boolean;
  offer: OfferCard | null;
  encounter_id: string | null;
  setup: CallSetup | null;
  call: CallStatus | null;
  queue: QueueSummary;
  unsigned: UnsignedChart[];
}

/**
 * Every practitioner of a network, and what the network asks for.
 *
 * `unseen`: notices of ends that nobody of compliance has seen yet.
 */
export interface PractitionersView {
  now_ms: number;
  standard: StandardView | null;
  people: FileRowView[];
  unseen: number;
}

export type PresenceName = "present" | "away" | "unknown" | "gone";

/** POST `/api/v1/ops/encounters/{id}/priority`: so many steps, each counts as a wait. */
export interface PriorityForm {
  priority: number;
}

/** The patient asked to be alone, or says that they are now. */
export interface PrivacyForm {
  alone: boolean;
}

/**
 * An error as the wire shows it: a stable code, a human sentence, what to do.
 *
 * `opens_at_ms` comes with `nobody_on_shift` alone, where it is known.
 */
export interface Problem {
  code: string;
  message: string;
  retry: boolean;
  fields: string[];
  opens_at_ms: number | null;
}

/**
 * What a protocol says: the text that the director signs, as canonical JSON.
 *
 * Days are UTC; `valid_until` is the last one. `order_months_max` bounds how long an order
 * that is made from it may last.
 */
export interface ProtocolForm {
  treatment_class: string;
  products: ProtocolProduct[];
  areas: string[];
  performers: PerformerRole[];
  conditions: string[];
  order_months_max: number;
  valid_from: string;
  valid_until: string;
}

/** A product that may be used, and the most of it in one session where a figure applies. */
export interface ProtocolProduct {
  product: string;
  dose_max: Dose | null;
}

/** The director signs what they have read: `sha256` is of the text that was shown. */
export interface ProtocolSignForm {
  version: number;
  sha256: string;
}

export type ProtocolStanding =
  | "draft"
  | "scheduled"
  | "in_force"
  | "superseded"
  | "lapsed"
  | "withdrawn"
  | "director_lapsed"
  | "broken";

/** One version of a protocol, and whether it counts today. */
export interface ProtocolView {
  protocol_id: string;
  version: number;
  sha256: string;
  standing: ProtocolStanding;
  protocol: ProtocolForm;
  created_at_ms: number;
  signed_at_ms: number | null;
  signed_by: string | null;
}

/** The director takes a version out of force, at once and for good. */
export interface ProtocolWithdrawForm {
  version: number;
}

/**
 * What the portal's page of protocols shows.
 *
 * `sign_at`: sites whose director is signed in, and whose licence is in force there.
 */
export interface ProtocolsView {
  sites: SiteProtocolsView[];
  performers: PerformerRole[];
  may_draft: boolean;
  sign_at: string[];
}

/** Where the browser is to go now. It comes back to this page, with what is finished. */
export interface ProviderAddressView {
  url: string;
}

/**
 * What the browser came back with. `iss` where the provider says who it is (RFC 9207).
 *
 * `provider`: as the query of the address has it, where it has one.
 */
export interface ProviderAnswerForm {
  code: string;
  state: string;
  iss?: string | null;
  provider?: string | null;
}

/** Which provider to go to. `invitation`: the secret of one that is accepted by it. */
export interface ProviderChoiceForm {
  provider_id: string;
  invitation?: string | null;
}

/**
 * A provider as compliance describes it; `openid` is always among the scopes.
 *
 * `client_secret`: of a confidential client. `acr`: how people have to be proven there.
 */
export interface ProviderForm {
  organization_id: string;
  name: string;
  issuer: string;
  client_id: string;
  client_secret?: string | null;
  scopes?: string;
  acr?: string | null;
}

/** Which provider's person the account is to be. */
export interface ProviderLinkForm {
  provider_id: string;
}

/** Who the account is elsewhere. `name` is null where the provider was ended. */
export interface ProviderLinkView {
  name: string | null;
  issuer: string;
  linked_at_ms: number;
  signed_on_at_ms: number | null;
}

/** All of them, and which providers of the organization could be linked. */
export interface ProviderLinksView {
  links: ProviderLinkView[];
  providers: ProviderView[];
}

/** A provider that people may sign in by; `name` is on its button. */
export interface ProviderView {
  id: string;
  name: string;
}

/** A network and its spas. `redirect_uris`: what a provider has to send browsers back to. */
export interface ProvidersAdminView {
  organizations: OrganizationProvidersView[];
  redirect_uris: string[];
}

/** All of them, of these pages. */
export interface ProvidersView {
  providers: ProviderView[];
}

/** Decide by this snapshot from now on; it is named so that no other one is meant. */
export interface PublishForm {
  sha256: string;
  reference: string;
}

/** The general part, or the part of one treatment class. */
export interface QuestionSectionView {
  id: string;
  title: string;
  questions: QuestionView[];
}

/**
 * One set of health questions, and who signed it off for this network.
 *
 * `signed`: exactly this text is; `other_version`: an earlier one was, so it is not used.
 */
export interface QuestionSetView {
  name: string;
  version: string;
  sha256: string;
  standing: "signed" | "other_version" | "unsigned";
  signed_by: string | null;
  credential: string | null;
  reference: string | null;
  signed_at_ms: number | null;
  signed_version: string | null;
}

/** One question in one language. */
export interface QuestionView {
  id: string;
  kind: string;
  text: string;
  help: string;
  choices: ChoiceView[];
  show_if: ShowIfView | null;
  sensitive: boolean;
}

/**
 * Every question that the chosen treatments call for.
 *
 * `draft`: no clinician has signed all of these sets off for this network.
 */
export interface QuestionnaireView {
  version: string;
  draft: boolean;
  sections: QuestionSectionView[];
  carried: CarriedView | null;
}

/** The patient's wait changed, or somebody is being rung for them. */
export interface QueueChanged {
  v: 1;
  stream: string;
  seq: number;
  type: "queue.changed";
  ringing: boolean;
  wait: WaitEstimate;
}

/** The patient is ready: intake, consent and device test are done. */
export interface QueueJoin {
  v: 1;
  id: string;
  type: "queue.join";
}

/** The patient gives up the place. */
export interface QueueLeave {
  v: 1;
  id: string;
  type: "queue.leave";
}

/** What a practitioner sees of the queue they may serve: counts only. */
export interface QueueSummary {
  waiting: number;
  oldest_wait_ms: number | null;
  practitioners_available: number;
}

/** The queue that this practitioner may serve. */
export interface QueueSummaryChanged {
  v: 1;
  stream: string;
  seq: number;
  type: "queue.summary";
  queue: QueueSummary;
}

/** An exam that somebody may read and not change. */
export interface ReadableExamView {
  encounter_id: string;
  patient_name: string;
  examiner: string | null;
  site_name: string;
  jurisdiction: string;
  visit: Visit;
  requested_at_ms: number;
  signed_at_ms: number | null;
}

/** One that they were in, or supervise. */
export interface ReadableView {
  encounter_id: string;
  patient_name: string;
  examiner: string | null;
  site_name: string;
  jurisdiction: string;
  visit: Visit;
  requested_at_ms: number;
  signed_at_ms: number | null;
  why: "was_in" | "supervision";
}

/** The last asked for first; `more`: there are older ones. */
export interface ReadablesView {
  exams: ReadableView[];
  more: boolean;
}

/** `/readyz`. */
export interface ReadinessView {
  status: "ok" | "starting" | "draining" | "degraded";
}

/** Why: a stable code, and a sentence. */
export interface ReasonView {
  code: string;
  text: string;
}

/** What the browser keeps, and the words to read out; the same for a login of nobody. */
export interface RecoveryAskedView {
  secret: string;
  phrase: string;
  expires_at_ms: number;
}

/** New recovery codes, shown once; none where there are some already. */
export interface RecoveryCodesView {
  codes: string[];
  factors: FactorsView;
}

/** Whose account somebody wants to be let in to again. */
export interface RecoveryForm {
  audience: "practitioner" | "spa" | "ops";
  login: string;
}

/** Somebody asks to be let in again, since when; `approved`: they may choose a password. */
export interface RecoveryView {
  asked_at_ms: number;
  expires_at_ms: number;
  approved: boolean;
}

/** The secret of the link's fragment, proved with the date of birth. */
export interface RedeemForm {
  secret: string;
  birth_date: string;
  device: string;
  take_over?: boolean;
}

/** What publishing this release's snapshot would change, and whom it touches. */
export interface ReleaseDetailView {
  version: string;
  sha256: string;
  fault: string | null;
  in_force: boolean;
  changes: RulesChangeView[];
  changes_total: number;
  touched: TouchedView[];
  touched_total: number;
}

/** The snapshot of this release, where it is not the one in force. */
export interface ReleaseView {
  version: string;
  sha256: string;
  fault: string | null;
  changes: number;
  deciding: number;
}

/** Something about one cell of a file; line 0 is the file as a whole. */
export interface RemarkView {
  line: number;
  column: string;
  code: string;
  message: string;
}

/** What was decoded between two looks at the counters, and the bytes that came for it. */
export interface ReportStep {
  frames: number;
  octets: number;
}

export type RequestedModality = "live_video" | "store_and_forward";

export type RescheduleReason = "not_seen_on_video" | "patient_asked" | "other";

/** Which message is to be sent again. */
export interface ResendForm {
  message_id: string;
}

/**
 * What the patient may read afterwards.
 *
 * `reviewed`: it was decided from what the patient sent, not live. `licenses` are those that
 * counted where the patient and the site are.
 */
export interface ResultView {
  signed_at_ms: number;
  practitioner_name: string;
  practitioner_profession: string;
  held: ModalityView | null;
  licenses: string[];
  reviewed: boolean;
  outcomes: OutcomeView[];
  addenda: AmendmentView[];
}

/** Attest a condition in exactly the sentence that was shown; or take it back. */
export interface ReviewAttest {
  v: 1;
  id: string;
  type: "review.attest";
  encounter_id: string;
  code: string;
  statement: string;
  attested: boolean;
}

/** Take what was sent, to review it; nobody else can meanwhile. */
export interface ReviewBegin {
  v: 1;
  id: string;
  type: "review.begin";
  encounter_id: string;
}

/** One thing that was sent. `view` is what a photo is to show, `page` that of a record. */
export interface ReviewItemView {
  key: string;
  kind: "answers" | "image" | "record";
  view: string | null;
  page: number | null;
  opened: boolean;
  width_px: number | null;
  height_px: number | null;
}

/** Say whether what was sent is enough to decide; if not, why. */
export interface ReviewJudge {
  v: 1;
  id: string;
  type: "review.judge";
  encounter_id: string;
  sufficient: boolean;
  reason: string;
}

/** One thing that was sent is before the reviewer: `answers`, or the id of a picture. */
export interface ReviewOpen {
  v: 1;
  id: string;
  type: "review.open";
  encounter_id: string;
  item: string;
}

/** Give it back unreviewed: it waits for another practitioner. */
export interface ReviewReturn {
  v: 1;
  id: string;
  type: "review.return";
  encounter_id: string;
  reason: "busy" | "conflict_of_interest" | "outside_competence" | "other";
  said: string;
}

/**
 * One review that this practitioner has or may take; no name before it is theirs.
 *
 * `live_only`: by the rules as they are, nobody may decide it without a live visit any more.
 */
export interface ReviewRow {
  encounter_id: string;
  patient_name: string | null;
  age_years: number;
  jurisdiction: string;
  site_jurisdiction: string;
  treatments: TreatmentRef[];
  flags: HealthFlag[];
  pictures: number;
  submitted_at_ms: number;
  due_at_ms: number;
  overdue: boolean;
  mine: boolean;
  live_only: boolean;
}

/** Ask for live video, and say why. It never goes back. */
export interface ReviewUpgrade {
  v: 1;
  id: string;
  type: "review.upgrade";
  encounter_id: string;
  reason: string;
}

/** The packet. `bars` say why it cannot be decided without a live visit; empty: it can. */
export interface ReviewView {
  submitted_at_ms: number;
  due_at_ms: number;
  items: ReviewItemView[];
  conditions: ConditionView[];
  sufficient: boolean | null;
  reason: string;
  bars: string[];
}

/**
 * Who looks at what was sent: name, profession, and the licenses that count for it.
 *
 * `sufficient`: whether they found it enough to decide; None while they have not said.
 */
export interface ReviewerView {
  display_name: string;
  profession: string;
  licenses: string[];
  sufficient: boolean | null;
}

/** The queue: what is due first comes first. `now_ms` is the server's clock. */
export interface ReviewsView {
  now_ms: number;
  reviews: ReviewRow[];
}

/** A practitioner ends what their exam allowed. */
export interface RevokeForm {
  request_id: string;
  reason: "practitioner_decision" | "new_health_information";
  note: string;
}

/** What somebody is from now on. */
export interface RoleForm {
  role: "practitioner" | "spa_staff" | "spa_manager" | "medical_director" | "ops" | "compliance";
}

/** Who is with the patient, as the practitioner hears and sees it. */
export interface RoomSet {
  v: 1;
  id: string;
  type: "room.set";
  encounter_id: string;
  people: PersonInRoomInput[];
}

/** Somebody who can be rostered; `login` and `npi` are what a roster file names them by. */
export interface RosterPersonView {
  practitioner_id: string;
  display_name: string;
  profession: string;
  login: string;
  npi: string;
  jurisdictions: string[];
}

/** One shift of one practitioner. */
export interface RosterRow {
  practitioner: string;
  jurisdictions: string[];
  starts_at: string;
  ends_at: string;
}

/** A roster, as rows. */
export interface RosterRows {
  source: "rows";
  rows: RosterRow[];
}

/** Who is planned in this network between two times; where nobody is, everybody verified. */
export interface RosterStore {
  source: "store";
  starts_at: string;
  ends_at: string;
}

/** The shifts of a network that touch a stretch of time. */
export interface RosterView {
  now_ms: number;
  people: RosterPersonView[];
  shifts: ShiftView[];
}

/** One rule of a jurisdiction. */
export interface RuleView {
  name: string;
  note: string;
  effective_from: string | null;
  effective_until: string | null;
  values: CitedValueView[];
}

/** One value that a snapshot changes. */
export interface RulesChangeView {
  where: string;
  before: string | null;
  after: string | null;
  decides: boolean;
}

/** By which snapshot decisions are made; `published` False: that of this release. */
export interface RulesInForceView {
  version: string;
  sha256: string;
  effective_from_ms: number;
  effective_until_ms: number;
  fault: string | null;
  published: boolean;
  published_by: string | null;
  published_at_ms: number | null;
  reference: string | null;
}

/**
 * What changed since the exam, asked on the day; True means that it did.
 *
 * What was not asked is None: then the check is incomplete.
 */
export interface SameDayForm {
  answered_by: "patient" | "staff";
  staff_name?: string;
  pregnancy?: boolean | null;
  new_diagnosis?: boolean | null;
  new_medication?: boolean | null;
  new_allergy?: boolean | null;
  infection?: boolean | null;
}

/** Somebody named says that the condition is met. */
export interface SatisfyForm {
  request_id: string;
  name: string;
  credential: PerformerRole;
  note: string;
}

export type ScopeName = "authorizations:query" | "authorizations:use" | "charts:read";

/** What stands in the fragment of a link. */
export interface SecretForm {
  secret: string;
}

/** All that was there at an instant was seen. */
export interface SeenForm {
  noticed_until_ms: number;
}

/** A message to the patient, and how far it is; no state: that was long ago. */
export interface SentMessageView {
  kind: "invitation" | "callback" | "answer";
  channel: "email" | "sms";
  sent_at_ms: number;
  state: DeliveryStateName | null;
  outcome: string | null;
}

/**
 * Whether the rules let the chosen treatments be examined here, and if not, why.
 *
 * `reason` is a word of the rules: not_served, in_person, minor, controlled, location,
 * no_eligible_practitioner, stale_rules; or questionnaire_unsigned, where no clinician has
 * approved the questions. `places` are the jurisdictions that count.
 * `unserved` names the treatment classes that are the cause, where single ones are.
 */
export interface ServedView {
  permitted: boolean;
  reason: string | null;
  places: string[];
  unserved: string[];
}

/**
 * What the server can do just now; outside of the numbering, as a last word is.
 *
 * While the database is away nothing new is committed, and what goes on goes on; while the bus
 * is degraded, processes tell each other the slow way.
 */
export interface ServiceChanged {
  v: 1;
  stream: string;
  seq: number;
  type: "service.changed";
  database: "ok" | "away";
  bus: "ok" | "degraded";
}

/** A W3C RTCSessionDescriptionInit. */
export interface SessionDescription {
  type: "offer" | "answer" | "rollback";
  sdp: string;
}

/** The session behind this socket is over. */
export interface SessionEnded {
  v: 1;
  stream: string;
  seq: number;
  type: "session.ended";
  reason: "signed_out" | "expired" | "revoked" | "replaced";
}

/** Where somebody is signed in, the one that was used last first. */
export interface SessionsView {
  sessions: OwnSessionView[];
}

export type Severity = "emergency" | "absolute" | "review";

/** When a shift is. */
export interface ShiftForm {
  starts_at_ms: number;
  ends_at_ms: number;
}

/** A planned shift. */
export interface ShiftView {
  shift_id: string;
  practitioner_id: string;
  starts_at_ms: number;
  ends_at_ms: number;
  source: "csv" | "console" | "ops" | "demo";
}

/** The question is asked only when another one has this answer. */
export interface ShowIfView {
  question_id: string;
  equals: boolean | string;
}

/**
 * Name and password for one audience (the route names it).
 *
 * `code`: of a code generator, or a recovery code, where the account has a second factor.
 */
export interface SignInForm {
  login: string;
  password: string;
  code?: string | null;
}

/** The network and its spas. `floor`: the server's settings require it everywhere. */
export interface SignInPoliciesView {
  organizations: SignInPolicyView[];
  floor: boolean;
}

/** Whether people of an organization need a second factor. */
export interface SignInPolicyForm {
  organization_id: string;
  second_factor: "required" | "optional";
}

/**
 * What an organization says of second factors, and what holds for its people.
 *
 * `said` is null where it says nothing. `without` counts those who may sign in and have none.
 */
export interface SignInPolicyView {
  organization_id: string;
  name: string;
  kind: "network" | "spa";
  said: "required" | "optional" | null;
  holds: "required" | "optional";
  people: number;
  without: number;
}

/** A counsel's word on a jurisdiction. */
export interface SignOffForm {
  jurisdiction: string;
  what: "store_and_forward" | "audio_only" | "definition_opinion";
  signed_by: string;
  reference: string;
}

/** A counsel's word that stands. */
export interface SignOffView {
  what: "store_and_forward" | "audio_only" | "definition_opinion";
  signed_by: string;
  entered_by: string;
  signed_at_ms: number;
  reference: string;
}

/** A signed exam in the list of who signed it. */
export interface SignedExamView {
  encounter_id: string;
  patient_name: string;
  treatment_classes: string[];
  signed_at_ms: number;
}

/** Signed exams, the newest first; `more`: there are older ones. */
export interface SignedExamsView {
  exams: SignedExamView[];
  more: boolean;
}

export type SigningScheme = "v1" | "v1a";

/** What became of the answers that were shown from last time. */
export interface SinceView {
  answered_at_ms: number;
  changed: ChangedAnswerView[];
  confirmed: number;
  left_out: number;
}

/**
 * What any page may know before sign-in.
 *
 * `passkey_host`: on which host passkeys can be used; null: on none.
 */
export interface SiteInfoView {
  product: string;
  version: string;
  demo: boolean;
  demo_sign_ins: Record<string, string[]>;
  passkey_host: string | null;
}

/** The directors and protocols of one site. */
export interface SiteProtocolsView {
  site_id: string;
  site_name: string;
  jurisdiction: string;
  directors: DirectorView[];
  protocols: ProtocolView[];
}

/** A place of treatment. */
export interface SiteView {
  site_id: string;
  name: string;
  street: string;
  city: string;
  jurisdiction: string;
  postal_code: string;
  spa_name: string;
}

/** Software that is to sign in by itself. `jwk`: its public key, as text. */
export interface SoftwareForm {
  label: string;
  scopes: ScopeName[];
  jwk: string;
}

/** Another public key of software: a JWK, as text. */
export interface SoftwareKeyForm {
  jwk: string;
}

/** A key that counts. `kid` is what the software calls it. */
export interface SoftwareKeyView {
  key_id: string;
  kid: string;
  algorithm: "ES384" | "RS384";
  since_ms: number;
}

/** What the page shows; `token_url` is what an assertion is for. */
export interface SoftwarePageView {
  software: SoftwareView[];
  tokens: LastingTokenView[];
  token_url: string;
  software_max: number;
  keys_max: number;
}

/** Software of the spa. `software_id` is its `client_id`; revoked is for good. */
export interface SoftwareView {
  software_id: string;
  label: string;
  scopes: string[];
  state: "active" | "revoked";
  created_at_ms: number;
  revoked_at_ms: number | null;
  signed_in_at_ms: number | null;
  keys: SoftwareKeyView[];
}

/** Where something was read, and how near that is to the text itself. */
export interface SourceView {
  id: string;
  cite: string | null;
  title: string;
  url: string | null;
  read: string;
}

export type SpaEvent = SpaSync | EncounterChanged | SessionEnded | ServiceChanged;

/** The portal's list. */
export interface SpaSync {
  v: 1;
  stream: string;
  seq: number;
  type: "spa.sync";
  encounters: EncounterRow[];
}

/** From when until when. */
export interface SpanView {
  starts_at_ms: number;
  ends_at_ms: number;
}

/**
 * What a network asks of every file.
 *
 * `verify_again_days`: how long a look at a licence counts; null: as long as the licence.
 */
export interface StandardForm {
  training_minutes_min: number;
  exclusion_days: number;
  malpractice: boolean;
  employment: boolean;
  verify_again_days?: number | null;
}

/** What a network asks of every file. */
export interface StandardView {
  training_minutes_min: number;
  exclusion_days: number;
  malpractice: boolean;
  employment: boolean;
  verify_again_days: number | null;
}

/**
 * The practitioner's own status, and why when it was not their doing.
 *
 * `shift_ends_at_ms` is when they go off duty by themselves; None without a shift.
 */
export interface StatusChanged {
  v: 1;
  stream: string;
  seq: number;
  type: "status.changed";
  status: StatusName;
  reason: string | null;
  shift_ends_at_ms: number | null;
}

export type StatusName = "available" | "offered" | "in_exam" | "wrap_up" | "away";

export type Step =
  | "holder"
  | "identity"
  | "guardian"
  | "location"
  | "treatments"
  | "health"
  | "consent"
  | "photos"
  | "device"
  | "ready"
  | "done";

/** What is shown to prove again who one is: what `ways` names, and nothing else. */
export interface StepUpForm {
  password?: string | null;
  code?: string | null;
}

/**
 * What a fresh proof is given by, and until when the last one is fresh.
 *
 * `ways`: one of them is enough; `code`: six digits of the generator, or a recovery code;
 * `provider`: at the organization's own sign-in.
 * `passkey_host`: on which host passkeys can be used; null: on none.
 */
export interface StepUpView {
  ways: ("passkey" | "password" | "code" | "provider")[];
  passkey_host: string | null;
  fresh_until_ms: number;
}

/** One layer of the policy, all of it. */
export interface SwitchesForm {
  store_and_forward_enabled: boolean;
  audio_only_enabled: boolean;
  controlled_enabled: boolean;
  minors_enabled: string[];
  live_only_classes: string[];
  low_risk_classes: string[];
  no_visual_classes: string[];
  hard_stop_on_stale_rules: boolean;
}

/** Ask for the whole state again (after a gap in `seq`). */
export interface Sync {
  v: 1;
  id: string;
  type: "sync";
}

/** What a good half hour is. */
export interface TargetsForm {
  service_level?: number;
  within_s?: number;
  asa_s?: number;
  worst_asa_s?: number;
  abandonment_max?: number;
}

/**
 * A visit, or an authorization, that the new rules decide otherwise, and what to do.
 *
 * Of an authorization `encounter_id` names the exam that gave it.
 */
export interface TouchedView {
  encounter_id: string;
  authorization_id: string | null;
  stage: "waiting" | "live" | "authorized";
  before: string;
  after: string;
  more: string[];
  action: string;
}

/** Training that was completed. */
export interface TrainingForm {
  topic: string;
  provider: string;
  minutes: number;
  completed_on: string;
  evidence?: EvidenceForm | null;
}

/** Training that was completed. */
export interface TrainingView {
  id: string;
  counts: boolean;
  entered_at_ms: number;
  entered_by: string;
  verified_at_ms: number | null;
  verified_by: string | null;
  source: string | null;
  document_id: string | null;
  ended_at_ms: number | null;
  topic: string;
  provider: string;
  minutes: number;
  completed_at_ms: number;
}

/** A treatment class that may be chosen. */
export interface TreatmentOptionView {
  treatment_class: string;
  label_en: string;
  label_es: string;
  products: string[];
}

/** An order as the practitioner confirmed it, and the protocol that it was read from. */
export interface TreatmentOrder {
  protocol_id: string;
  protocol_version: number;
  items: OrderItem[];
  areas: string[];
  performers: PerformerRole[];
  instructions: string;
}

/** A treatment class of the vocabulary, with a product where one is known. */
export interface TreatmentRef {
  treatment_class: string;
  product: string | null;
}

/** A treatment class of the vocabulary, with a product where one is known. */
export interface TreatmentRefInput {
  treatment_class: string;
  product?: string | null;
}

/** What the patient wants to be examined for. */
export interface TreatmentsForm {
  treatments: TreatmentRefInput[];
}

/** The list of charts that want a signature. */
export interface UnsignedChanged {
  v: 1;
  stream: string;
  seq: number;
  type: "unsigned.changed";
  unsigned: UnsignedChart[];
}

/** A chart that still wants its signature. */
export interface UnsignedChart {
  encounter_id: string;
  patient_name: string;
  visit: Visit;
  ended_at_ms: number | null;
  parked: boolean;
}

/**
 * What a file is, told beside its bytes (headers; nothing of it stands in an address).
 *
 * `file_id` is made by the page, once per file: sent again it is the same file.
 */
export interface UploadForm {
  file_id: string;
  kind: UploadKindName;
  view?: string | null;
}

export type UploadKindName = "image" | "record";

/** One picture that is there; its bytes are asked for by `upload_id`. */
export interface UploadView {
  upload_id: string;
  file_id: string;
  kind: UploadKindName;
  view: string | null;
  page: number;
  size: number;
  width_px: number;
  height_px: number;
}

/** What was sent so far. */
export interface UploadsView {
  uploads: UploadView[];
}

/** A treatment that was given. */
export interface UseForm {
  request_id: string;
  performer_name: string;
  performer_credential: PerformerRole;
  product?: string;
  dose?: DoseForm | null;
  area?: string;
  lot?: string;
  performed_at_ms: number;
  note?: string;
}

/** What was recorded, with what the record shows to be outside the exam. */
export interface UseView {
  use_id: string;
  authorization_id: string;
  recorded_at_ms: number;
  flags: ReasonView[];
}

/** Somebody looked at the source. `independent`: what a board says of an NP's practice. */
export interface VerifyForm {
  checked_by: string;
  source: string;
  document_id?: string | null;
  independent?: boolean | null;
}

export type Visit =
  | "requested"
  | "intake"
  | "waiting"
  | "in_progress"
  | "wrap_up"
  | "submitted"
  | "in_review"
  | "signed"
  | "cancelled"
  | "left"
  | "no_show"
  | "expired";

/** What has been decided about the encounter changed. */
export interface VisitChanged {
  v: 1;
  stream: string;
  seq: number;
  type: "visit.changed";
  encounter_id: string;
  visit: Visit;
}

export type VitalName =
  | "blood_pressure"
  | "pulse"
  | "temperature"
  | "spo2"
  | "height"
  | "weight";

/** One vital sign as it was taken last: both units in words. */
export interface VitalView {
  name: VitalName;
  text: string;
  flagged: boolean;
  measured_by: string;
  measured_at_ms: number;
}

/**
 * What was measured, by whom and when; what was not is left out.
 *
 * Units as on the instrument; what is kept is metric.
 */
export interface VitalsForm {
  measured_by: string;
  measured_at_ms: number;
  systolic_mmhg?: number | null;
  diastolic_mmhg?: number | null;
  pulse_bpm?: number | null;
  temperature?: number | null;
  temperature_unit?: "C" | "F";
  spo2_percent?: number | null;
  height?: number | null;
  height_unit?: "cm" | "in";
  weight?: number | null;
  weight_unit?: "kg" | "lb";
}

/**
 * What was measured for this exam.
 *
 * `wanted` names what the asked-for treatments need, `missing` by treatment class what is not
 * there yet. `bmi` is computed from height and weight.
 */
export interface VitalsView {
  taken: VitalView[];
  bmi: number | null;
  bmi_flagged: boolean;
  wanted: VitalName[];
  missing: Record<string, VitalName[]>;
}

/** An honest range in whole minutes; never a position, never a countdown. */
export interface WaitEstimate {
  kind: "connecting" | "range" | "nobody_on_duty";
  low_min: number;
  high_min: number;
  opens_at_ms: number | null;
}

/** A means by which this patient can be written to, and where that goes, masked. */
export interface WayView {
  channel: "email" | "sms";
  to: string;
}

/** End a counsel's word. */
export interface WithdrawForm {
  jurisdiction: string;
  what: "store_and_forward" | "audio_only" | "definition_opinion";
  reference: string;
}

/** The jurisdiction that waits longest, and the mean time in line there. */
export interface WorstView {
  jurisdiction: string;
  wait_s: EstimateView;
}

/**
 * Answers in the patient's own words: each is to be read by a person before any approval.
 *
 * `sha256` names them as they stand; saying that they were read takes it along.
 */
export interface WrittenView {
  question_ids: string[];
  unread: string[];
  sha256: string;
}
