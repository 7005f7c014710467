"""The safeguards that a test has to show: 45 CFR 164.312, and V17 (WebRTC) of OWASP ASVS 5.0.

A test says which of them it shows:

    @pytest.mark.safeguard("V17.2.8")

and `scripts/test` judges by what has run: a row without a test that passed fails the run of all
parts, and so does one of whose tests one failed. What each row asks is said in our own words.
Nothing here needs more than Python: `scripts/test` reads it before anything is installed.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Row(NamedTuple):
    """One requirement.

    Attributes:
        name: as its source numbers it; what a test is marked with.
        asks: what it asks for.
        feature: what of ours answers it.
        page: the page of docs/ that describes that.
    """

    name: str
    asks: str
    feature: str
    page: str


SECURITY_RULE: Final = (
    Row(
        "164.312(a)(1)",
        "Only people and programs that were given access reach what is kept of a patient",
        "One policy names who may do what with whose things, at every route, command and event",
        "protocol.md",
    ),
    Row(
        "164.312(a)(2)(i)",
        "Everybody is told apart by a name or number of their own",
        "Each account by a link for one person; the audit log names who, whose, by which door",
        "people.md",
    ),
    Row(
        "164.312(a)(2)(ii)",
        "In an emergency what is needed can still be reached",
        "Access in an emergency: for a reason, for a while, reviewed afterwards",
        "audit.md",
    ),
    Row(
        "164.312(a)(2)(iii)",
        "A session that nobody uses comes to its end",
        "Sessions end when idle and after their time, sockets included",
        "protocol.md",
    ),
    Row(
        "164.312(a)(2)(iv)",
        "What is stored is encrypted, and decrypted for whoever may read it",
        "AES-256-GCM with keys of each patient and encounter, wrapped twice",
        "keys.md",
    ),
    Row(
        "164.312(b)",
        "What is done with records is recorded, and can be examined",
        "The audit log: it only grows, and is part of the signed tree",
        "audit.md",
    ),
    Row(
        "164.312(c)(1)",
        "Records are not altered or destroyed by anybody who may not",
        "A chart is a log of hashes under a tree of signed heads",
        "record-format.md",
    ),
    Row(
        "164.312(c)(2)",
        "That a record was not altered can be verified",
        "Every byte of an export is checked, by a program of its own",
        "record-format.md",
    ),
    Row(
        "164.312(d)",
        "Whoever wants access proves to be who they say they are",
        "Passkeys, passwords, second factors, links with a date of birth: none can be guessed",
        "sign-in.md",
    ),
    Row(
        "164.312(e)(1)",
        "Nobody on the network between reads what is sent",
        "TLS of today, or none; nothing of a patient in plain text on any wire",
        "operations/deploy.md",
    ),
    Row(
        "164.312(e)(2)(i)",
        "What is altered on its way is noticed",
        "SRTP authenticates every packet of media, TLS everything else",
        "relay.md",
    ),
    Row(
        "164.312(e)(2)(ii)",
        "What is sent is encrypted",
        "DTLS-SRTP with keys that are bound to the descriptions, and TLS",
        "relay.md",
    ),
)

WEBRTC: Final = (
    Row(
        "V17.1.1",
        "The TURN server reaches no address that is reserved for something",
        "The configuration for coturn that we ship denies all of them, IPv4 and IPv6",
        "operations/turn.md",
    ),
    Row(
        "V17.1.2",
        "Whoever may use the TURN server cannot use it up",
        "Quotas of a user and of all; the relay has so many legs and an exam so many of them",
        "operations/turn.md",
    ),
    Row(
        "V17.2.1",
        "Nobody else has, or can find, the key of the DTLS certificate",
        "Each relay makes its own when it starts, keeps it in memory and writes it nowhere",
        "relay.md",
    ),
    Row(
        "V17.2.2",
        "Only strong DTLS suites and SRTP profiles are agreed on",
        "DTLS 1.2 with three suites, three profiles, no renegotiation",
        "relay.md",
    ),
    Row(
        "V17.2.3",
        "A media packet that is not authentic reaches nobody and breaks nothing",
        "Each packet is authenticated before anything is done with it",
        "relay.md",
    ),
    Row(
        "V17.2.4",
        "Malformed media packets stop nothing",
        "Headers are read within their bounds, and a mistake ends with its packet",
        "relay.md",
    ),
    Row(
        "V17.2.5",
        "A flood of media of somebody who may send stops nothing",
        "So many packets of a leg each second and no more, turned away undecrypted",
        "relay.md",
    ),
    Row(
        "V17.2.6",
        "No stranger's ClientHello gets in before that of the right one",
        "DTLS is taken from addresses that have proven the password of ICE, and no others",
        "relay.md",
    ),
    Row(
        "V17.2.7",
        "What records media goes on through such a flood",
        "No picture or sound is recorded; what is, the evidence, stays whole",
        "evidence.md",
    ),
    Row(
        "V17.2.8",
        "A certificate that is not the one in the description ends the media",
        "It is compared while it is shown; both sides are told why there is no call",
        "relay.md",
    ),
    Row(
        "V17.3.1",
        "A flood of signaling stops nobody else's",
        "So many messages of a connection and of a session, then it is closed",
        "protocol.md",
    ),
    Row(
        "V17.3.2",
        "Malformed signaling stops nothing",
        "What cannot be read closes the one connection that it came by",
        "protocol.md",
    ),
)

ROWS: Final = (*SECURITY_RULE, *WEBRTC)
NAMES: Final = frozenset(row.name for row in ROWS)

DUE: Final[frozenset[str]] = frozenset()
"""Rows whose tests are not written yet: these alone may have none that passed.

Whoever marks the first test of one takes its name out of here, and `scripts/safeguards --check`
says so. Once it is empty, every row is shown by every run.
"""
