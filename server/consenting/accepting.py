"""What was accepted, against what is shown: each document once, and exactly that text."""

from __future__ import annotations

from server.consenting.circumstances import Circumstances, documents, kinds
from server.consenting.library import added_in
from server.errors import InvalidBody
from server.views import ConsentsForm


class ConsentMismatch(InvalidBody):
    """What was accepted is not what is shown now: it must be shown and accepted again."""

    def __init__(self) -> None:
        super().__init__(fields=("consents",))


def verify(form: ConsentsForm, where: Circumstances) -> None:
    """Accept consents to exactly the documents that are shown now, each once.

    Raises:
        ConsentMismatch: a kind is missing or doubled, or another version or text was accepted.
    """
    if sorted(one.kind for one in form.consents) != sorted(kinds(where)):
        raise ConsentMismatch
    shown = {
        language: {one.kind: one.view() for one in documents(where, language)}
        for language in {one.language for one in form.consents}
    }
    for given in form.consents:
        text = shown[given.language][given.kind]
        if (given.version, given.sha256) != (text.version, text.sha256):
            raise ConsentMismatch


def covers(form: ConsentsForm, where: Circumstances) -> bool:
    """Tell whether what was accepted before is enough in these circumstances.

    A newer wording does not undo a consent; a document or a jurisdiction's part that was not
    shown then does.
    """
    accepted = {one.kind: added_in(one.version) for one in form.consents}
    return all(
        one.kind in accepted and one.added <= accepted[one.kind]
        for one in documents(where, form.consents[0].language)
    )


def is_signed_by(form: ConsentsForm, name: str) -> bool:
    """Tell whether a consent bears somebody's name, however it is spaced or capitalised."""
    return form.signed_name.casefold().split() == name.casefold().split()
