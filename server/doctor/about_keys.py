"""Rules about keys, secrets, and the files that they are in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from server.doctor.facts import Facts, Secret
from server.doctor.finding import Broken, Rule, unsafe, weak
from server.secret_files import GROUP_OR_OTHERS, is_private

CHARS_MIN: Final = 16
LOCATION: Final = "(docs/operations/deploy.md, Secrets)"
# One account of one database may serve both.
TOGETHER: Final = frozenset({"database_url", "keystore_url"})


def _beside(facts: Facts) -> Broken | None:
    if not facts.root_key.beside_data:
        return None
    return unsafe(
        facts,
        "The root key is in the data folder: whoever copies that folder can read all of it.",
        "Move it to a file elsewhere and name that by root_key_file, or leave it in a KMS.",
    )


def _unusable(facts: Facts) -> Broken | None:
    fault = facts.root_key.fault
    if fault is None:
        return None
    return Broken(
        "unsafe",
        f"The root key cannot be used: {fault}.",
        "Put the right key there; the server does not start without (docs/keys.md).",
    )


def _well_known(facts: Facts) -> Broken | None:
    found = [one for one in facts.secrets if one.well_known]
    return _about(
        found,
        "A key that everybody knows is set: {}.",
        "Make one with `openssl rand -base64 32`, and rotate to it (docs/keys.md).",
    )


def _of_an_example(facts: Facts) -> Broken | None:
    found = [one for one in facts.secrets if one.of_an_example]
    return _about(
        found,
        "A secret is one of an example, or a word that everybody tries: {}.",
        "Make one with `openssl rand -hex 32`, on both ends.",
    )


def _reused(facts: Facts) -> Broken | None:
    by_mark: defaultdict[str, set[str]] = defaultdict(set)
    for one in facts.secrets:
        by_mark[one.mark].add(one.setting)
    shared = [names for names in by_mark.values() if len(names) > 1 and names != TOGETHER]
    if not shared:
        return None
    told = "; ".join(sorted(" and ".join(sorted(names)) for names in shared))
    return Broken(
        "unsafe",
        f"One secret serves twice: {told}. Whoever is given one has the other.",
        "Make a secret of its own for each.",
    )


def _short(facts: Facts) -> Broken | None:
    found = [one for one in facts.secrets if one.chosen_here and one.chars < CHARS_MIN]
    if not found:
        return None
    return weak(
        f"A secret has fewer than {CHARS_MIN} characters: {_names(found)}.",
        "Make one with `openssl rand -hex 32`, on both ends.",
    )


def _in_environment(facts: Facts) -> Broken | None:
    found = [one for one in facts.secrets if one.source == "variable"]
    if not found:
        return None
    return weak(
        f"Secrets are in variables, which other programs may see: {_names(found)}.",
        f"Write each into a file, 0600 or 0640, and set NAME_FILE instead {LOCATION}.",
    )


def _open_files(facts: Facts) -> Broken | None:
    reader = facts.machine.reader
    found = [
        one
        for one in facts.files
        if (
            one.mode & GROUP_OR_OTHERS
            if one.made_here
            else not is_private(one.mode, one.owner, one.group, reader)
        )
    ]
    if not found:
        return None
    told = ", ".join(f"{one.path} ({one.mode & 0o777:04o})" for one in found)
    return Broken(
        "unsafe",
        f"Others may read or change: {told}.",
        f"chmod go= each of them, and ask who had a reason to open them {LOCATION}.",
    )


def _unread(facts: Facts) -> Broken | None:
    if not facts.unreadable:
        return None
    return weak(
        f"This user may not look at: {', '.join(facts.unreadable)}.",
        "Ask again as the user that the server runs as.",
    )


def _about(found: Iterable[Secret], what: str, mend: str) -> Broken | None:
    names = _names(found)
    return Broken("unsafe", what.format(names), mend) if names else None


def _names(found: Iterable[Secret]) -> str:
    return ", ".join(sorted({one.setting for one in found}))


KEYS: Final = (
    Rule("key_beside_data", "The root key is kept apart from what it opens.", _beside),
    Rule("root_key_unusable", "Nothing is wrong with the root key.", _unusable),
    Rule("key_well_known", "No key is one that everybody knows.", _well_known),
    Rule("secret_of_an_example", "No secret is one of an example.", _of_an_example),
    Rule("secret_reused", "No secret serves twice.", _reused),
    Rule("secret_short", "No secret is short.", _short),
    Rule("secret_in_environment", "No secret is in a variable.", _in_environment),
    Rule("file_open", "Nobody else may read secrets and data.", _open_files),
    Rule("file_unread", "All that is there could be looked at.", _unread),
)
