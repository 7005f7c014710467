"""Signed notes: a published one, our own, and everything that is none."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.tlog.signed_notes import (
    COSIGNATURE,
    NoteRefused,
    Signer,
    VerifierKey,
    open_note,
    sign,
    signed,
)

# A key, a text and a signature of the format's first implementation, and the key of a log.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
QUOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
QUOTED = (
    f"{QUOTE}\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2"
    "pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SUM_DATABASE = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"

LOG = Signer("localhost:8080/log", Ed25519PrivateKey.from_private_bytes(bytes(32)))
OTHER = Signer("localhost:8080/log", Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
WITNESS = Signer(
    "witness.test/w1", Ed25519PrivateKey.from_private_bytes(b"\x02" * 32), COSIGNATURE
)
TEXT = "first\n\nsecond\n"
NOTE = signed(TEXT, [sign(TEXT, LOG), sign(TEXT, WITNESS, time=1_750_000_000)])


def test_a_published_note_opens_with_its_published_key() -> None:
    opened = open_note(QUOTED, [VerifierKey.parse(NEUMANN)])
    assert opened.text == QUOTE
    with pytest.raises(NoteRefused):
        open_note(QUOTED.replace("don't", "do"), [VerifierKey.parse(NEUMANN)])


@pytest.mark.parametrize("key", [NEUMANN, SUM_DATABASE, str(WITNESS.verifier_key)])
def test_a_key_is_written_as_it_was_read(key: str) -> None:
    assert str(VerifierKey.parse(key)) == key


def test_a_note_opens_with_each_of_its_keys() -> None:
    alone = open_note(NOTE, [LOG.verifier_key])
    assert [(one.key.name, one.timestamp) for one in alone.signatures] == [(LOG.name, None)]
    both = open_note(NOTE, [WITNESS.verifier_key, LOG.verifier_key])
    assert [one.timestamp for one in both.signatures] == [None, 1_750_000_000]
    assert both.text == TEXT
    assert signed(both.text, [one.line for one in both.signatures]) == NOTE


def test_a_cosignature_is_over_time_and_text() -> None:
    # The message of C2SP tlog-cosignature, put together by hand.
    line = sign("log\n1\nroot\n", WITNESS, time=1_679_315_147)
    decoded = base64.b64decode(line.split(" ")[2])
    assert decoded[:4] == WITNESS.verifier_key.key_id
    assert decoded[4:12] == (1_679_315_147).to_bytes(8, "big")
    message = b"cosignature/v1\ntime 1679315147\nlog\n1\nroot\n"
    WITNESS.private_key.public_key().verify(decoded[12:], message)


def test_a_key_of_the_same_name_is_another_key() -> None:
    with pytest.raises(NoteRefused, match="no known key"):
        open_note(NOTE, [OTHER.verifier_key])


def test_one_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    wrong = sign("something else\n", LOG)
    spoiled = signed(TEXT, [wrong, sign(TEXT, WITNESS, time=1)])
    with pytest.raises(NoteRefused, match="does not hold"):
        open_note(spoiled, [LOG.verifier_key, WITNESS.verifier_key])
    late = NOTE.replace(sign(TEXT, WITNESS, time=1_750_000_000), "")
    assert open_note(late, [LOG.verifier_key, WITNESS.verifier_key]).signatures


def test_every_byte_of_text_and_signature_counts() -> None:
    raw = signed(TEXT, [sign(TEXT, LOG)]).encode()
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1
        try:
            note = changed.decode()
        except UnicodeDecodeError:
            continue
        with pytest.raises(NoteRefused):
            open_note(note, [LOG.verifier_key])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n\u2014 name",
        "text\n\n\u2014 name AAAA\n",
        "text\n\n- name AAAAAAAAAAAA\n",
        "text\n\n\u2014 na+me AAAAAAAAAAAA\n",
        "te\txt\n\n\u2014 name AAAAAAAAAAAA\n",
        "text\n\n\u2014 name AAAAAAAAAAAA\nrest",
        "text\n\n\u2014 name AAAAAAAAAAA=\n\n",
        "text\n\n" + "\u2014 name AAAAAAAAAAAA\n" * 65,
        "x" * 70_000 + "\n\n\u2014 name AAAAAAAAAAAA\n",
        "te\ud800xt\n\n\u2014 name AAAAAAAAAAAA\n",
    ],
)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(NoteRefused):
        open_note(note, [LOG.verifier_key])


@pytest.mark.parametrize(
    "key",
    [
        "",
        "name",
        "name+00000000",
        NEUMANN.replace("c74f20a3", "c74f20a4"),
        NEUMANN.replace("Peter", "Pe ter"),
        NEUMANN.replace("+ARpc", "+AhpC"),
        NEUMANN + "=",
        "x" * 600,
        "n" * 201 + "+00000000+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(NoteRefused):
        VerifierKey.parse(key)


@pytest.mark.parametrize("text", ["", "no newline", "a\rb\n"])
def test_only_a_text_is_signed(text: str) -> None:
    with pytest.raises(NoteRefused):
        sign(text, LOG)


def test_a_time_belongs_to_a_cosignature_alone() -> None:
    with pytest.raises(NoteRefused):
        sign(TEXT, LOG, time=1)
    with pytest.raises(NoteRefused):
        sign(TEXT, WITNESS)


def test_a_private_key_is_not_shown() -> None:
    assert "Ed25519PrivateKey" not in repr(LOG)
