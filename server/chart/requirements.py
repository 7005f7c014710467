"""What still bars a signature, and where to mend it.

Pure: reads the chart's state. It holds no authority: licence, evidence and the chart's head are
checked again at signing, beside this.

Sources: an absolute contraindication makes approval unavailable (defer, decline or refer); a
review flag needs the practitioner's reason; an exam begun live is signed on video that flowed;
identity, location, disclosure and consent are gates with a time of their own.

What the patient wrote in their own words is read by a person before anything is approved, and a
treatment that needs vital signs is not approved without them.

`target` names the place on the console's page: `gate-<gate>`, `disp-<class>`, `seen-<class>`,
`note`, `call`, `answers`, `flags`, `vitals`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, get_args

from media.evidence import Kind
from server.chart.consent import circumstances, consented
from server.chart.exam_entries import DispositionDecided
from server.chart.findings import Looked, looked
from server.chart.health import unread, unreasoned
from server.chart.modality import seconds
from server.chart.order_entries import Decided
from server.chart.reading import LETS, flags_of
from server.chart.state import ChartState
from server.consenting.circumstances import kinds
from server.intake import vitals
from server.intake.questionnaire import ALL
from server.treatments import label
from server.views import ConsentKind, MissingView
from signaling.messages import Disposition, Gate, HealthFlag, TreatmentRef, Visit

GATES: Final[tuple[Gate, ...]] = get_args(Gate)
APPROVALS: Final = LETS
OPEN_VISITS: Final[frozenset[Visit]] = frozenset({"in_progress", "wrap_up"})
GATE_SENTENCES: Final[dict[Gate, str]] = {
    "identity": "Confirm the patient's name and date of birth.",
    "location": "Confirm where the patient is now.",
    "disclosure": "Tell the patient your name, profession and license.",
    "room": "Ask who is with the patient, and note it.",
    "guardian": "Confirm who the guardian is, and that they stay and agree.",
    "complaint_notice": "Tell the patient where to complain.",
    "physician_request": "Offer the patient a physician.",
    "consent": "Ask the patient to agree to the exam.",
    "private_answers": "Confirm the private answers with the patient alone.",
    "seen_on_video": "Confirm that you saw the patient on video.",
}
FINDING_FAULTS: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("finding_missing", "look at the findings on the video, and say that you did."),
    "unseen": (
        "finding_unseen",
        "no video flowed both ways when you looked at the findings. Look again, or defer.",
    ),
}
NOTICE_GATES: Final[Mapping[ConsentKind, Gate]] = {
    "guardian": "guardian",
    "complaint_notice": "complaint_notice",
    "physician_request": "physician_request",
}
"""Documents with a spoken prompt of their own."""
TARGETS: Final[Mapping[str, str]] = {
    "flag_reason_missing": "flags",
    "vitals_missing": "vitals",
}
"""Where what a treatment lacks is mended, if not in its own row."""
ALWAYS: Final[frozenset[Gate]] = frozenset(
    {"identity", "location", "disclosure", "room", "consent", "seen_on_video"}
)


def required_gates(state: ChartState) -> tuple[Gate, ...]:
    """Return the prompts that this exam needs, in the order in which they are asked.

    A review of what was sent has none: nobody is there to be asked.
    """
    if state.forward.forward:
        return ()
    needed = set(ALWAYS)
    needed.update(
        NOTICE_GATES[kind] for kind in kinds(circumstances(state)) if kind in NOTICE_GATES
    )
    if state.privacy_ever_asked:
        needed.add("private_answers")
    return tuple(gate for gate in GATES if gate in needed)


def gates_before(state: ChartState, disposition: Disposition) -> tuple[Gate, ...]:
    """Return the prompts to confirm before this may be decided.

    Somebody who was not seen, who took their consent back, who is elsewhere than they said, or
    who needs help now can be deferred or declined without; nobody can be approved without.
    """
    if disposition not in APPROVALS and not (state.connected and _asked(state)):
        return ()
    return tuple(gate for gate in required_gates(state) if not state.gates.get(gate, False))


def missing_for_signature(
    state: ChartState,
    *,
    connected: bool,
    visit: Visit,
    protocols: Mapping[str, str],
    now: int | None = None,
) -> list[MissingView]:
    """Return everything that is missing, in the order of the page; nothing means: sign.

    Without any video there is nothing to confirm and nothing to approve: the gates are not
    asked for then, and only deferring or declining can be signed.

    Args:
        state: of the chart as it stands.
        connected: live video flowed both ways at least once.
        visit: state of the visit.
        protocols: SHA-256 of the protocol in force at the site, by treatment class.
        now: microseconds UTC, while evidence may still come; None when it is signed.
    """
    if visit not in OPEN_VISITS:
        return [MissingView(code="not_open", message="This visit is over.", target="call")]
    return [
        *_gates(state, connected=connected),
        *_own_words(state),
        *_decisions(state, protocols),
        *_video(state, connected=connected),
        *(_findings(state, now) if connected else ()),
        *_note(state),
    ]


def decided_and_noted(state: ChartState, protocols: Mapping[str, str]) -> list[MissingView]:
    """Return what is missing of reading, decisions, orders and the note, live or not."""
    return [*_own_words(state), *_decisions(state, protocols), *_note(state)]


def approval_barred(flags: list[HealthFlag], treatment_class: str) -> bool:
    """Tell whether flags leave only deferring or declining for a treatment."""
    return any(
        flag.severity == "emergency"
        or (flag.severity == "absolute" and flag.applies_to in {ALL, treatment_class})
        for flag in flags
    )


def _gates(state: ChartState, *, connected: bool) -> Iterator[MissingView]:
    if not ((connected and _asked(state)) or approves(state)):
        return
    for gate in required_gates(state):
        if not state.gates.get(gate, False):
            yield MissingView(
                code="gate_missing", message=GATE_SENTENCES[gate], target=f"gate-{gate}"
            )


def _asked(state: ChartState) -> bool:
    """Tell whether prompts are asked of a patient who is seen."""
    return state.withdrawn_at is None and state.emergency is None and state.heard is None


def _own_words(state: ChartState) -> Iterator[MissingView]:
    if approves(state) and unread(state):
        yield MissingView(
            code="answers_unread",
            message="Read what the patient wrote, and say so.",
            target="answers",
        )


def _decisions(state: ChartState, protocols: Mapping[str, str]) -> Iterator[MissingView]:
    flags = flags_of(state)
    for treatment in state.treatments:
        name = label(treatment.treatment_class, "en")
        for code, sentence in _faults(state, treatment, flags, protocols):
            yield MissingView(
                code=code,
                message=f"{name}: {sentence}",
                target=TARGETS.get(code, f"disp-{treatment.treatment_class}"),
            )


def _faults(
    state: ChartState,
    treatment: TreatmentRef,
    flags: list[HealthFlag],
    protocols: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    decided = state.dispositions.get(treatment.treatment_class)
    if decided is None:
        yield "disposition_missing", "decide."
        return
    if not decided.rationale.strip():
        yield "rationale_missing", "give your reason."
    if decided.disposition not in APPROVALS:
        yield from _reason_faults(decided)
        return
    if approval_barred(flags, treatment.treatment_class):
        yield "approval_barred", "a contraindication leaves only deferring or declining."
    yield from _health_faults(state, treatment.treatment_class, flags)
    if not consented(state):
        yield "consent_missing", "without consent there is only deferring or declining."
    yield from _order_faults(decided, protocols.get(treatment.treatment_class))


def _health_faults(
    state: ChartState, treatment_class: str, flags: list[HealthFlag]
) -> Iterator[tuple[str, str]]:
    lacking = vitals.missing(state.vitals, treatment_class)
    if lacking:
        names = ", ".join(vitals.WORDS[one] for one in lacking)
        yield "vitals_missing", f"have staff measure: {names}."
    open_flags = unreasoned(state, flags, treatment_class)
    if open_flags:
        reasons = "; ".join(dict.fromkeys(one.reason for one in open_flags))
        yield "flag_reason_missing", f"give your reason for the flags: {reasons}."


def _reason_faults(decided: Decided) -> Iterator[tuple[str, str]]:
    if isinstance(decided, DispositionDecided) or decided.disposition != "deferred":
        return
    if not decided.reasons:
        yield "reasons_missing", "say what it is deferred for."


def _order_faults(decided: Decided, in_force: str | None) -> Iterator[tuple[str, str]]:
    if isinstance(decided, DispositionDecided) or decided.order is None:
        # Words alone are no order any more: what they allow cannot be compared.
        yield "order_missing", "confirm the order for this patient."
    elif decided.order.protocol_sha256 != in_force:
        yield "protocol_changed", "the site's protocol has changed or lapsed; see the order."
    if decided.disposition == "conditional" and not _is_named(decided):
        yield "conditions_missing", "name the condition."
    if decided.disposition == "approved_with_precaution" and not decided.conditions.strip():
        yield "precaution_missing", "name the precaution."


def _is_named(decided: Decided) -> bool:
    if isinstance(decided, DispositionDecided):
        return bool(decided.conditions.strip())
    condition = decided.condition
    return condition is not None and (condition.code != "other" or bool(condition.text.strip()))


def _video(state: ChartState, *, connected: bool) -> Iterator[MissingView]:
    if not connected and approves(state):
        yield MissingView(
            code="video_missing",
            message="No treatment can be approved without live video both ways.",
            target="call",
        )


def _findings(state: ChartState, now: int | None) -> Iterator[MissingView]:
    """Each treatment that is approved was looked at while video flowed both ways."""
    for one in looked(state, now):
        if one.standing in FINDING_FAULTS and approved(state, one.treatment_class):
            yield _finding(one)


def _finding(one: Looked) -> MissingView:
    code, sentence = FINDING_FAULTS[one.standing]
    name = label(one.treatment_class, "en")
    target = f"seen-{one.treatment_class}"
    return MissingView(code=code, message=f"{name}: {sentence}", target=target)


def _note(state: ChartState) -> Iterator[MissingView]:
    if not state.note.text.strip():
        yield MissingView(code="note_missing", message="Write your note.", target="note")


def approves(state: ChartState) -> bool:
    """Tell whether any treatment that is wanted is approved, on conditions or not."""
    return any(approved(state, one.treatment_class) for one in state.treatments)


def approved(state: ChartState, treatment_class: str) -> bool:
    """Tell whether a treatment is approved, on conditions or not."""
    decided = state.dispositions.get(treatment_class)
    return decided is not None and decided.disposition in APPROVALS


def examined_live(state: ChartState) -> bool:
    """Tell whether an exam by live video may be attested to.

    What is approved was looked at while video flowed, or it cannot be signed; else some live
    video must have been measured.
    """
    return state.connected and (approves(state) or seconds(state, Kind.LIVE_VIDEO) > 0)
