"""Answers and sections in words, by language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server import treatments as vocabulary
from server.intake.catalogue import GENERAL, Question
from server.views import AnswerValue, Language

GENERAL_TITLE: Final[Mapping[str, str]] = {"en": "Your health", "es": "Su salud"}
YES_NO: Final[Mapping[str, tuple[str, str]]] = {"en": ("No", "Yes"), "es": ("No", "Sí")}
NOT_ANSWERED: Final[Mapping[str, str]] = {"en": "Not answered", "es": "Sin respuesta"}


def title(section: str, language: Language) -> str:
    """Return what a section is called."""
    if section == GENERAL:
        return GENERAL_TITLE[language]
    return vocabulary.label(section, language)


def in_words(question: Question, answer: AnswerValue, language: Language) -> str:
    """Return an answer that fits its question in words."""
    labels = {one.value: one.label[language] for one in question.choices}
    if isinstance(answer, bool):
        return YES_NO[language][answer]
    if isinstance(answer, int | float):
        return f"{answer:g}"
    if isinstance(answer, list):
        return "; ".join(labels.get(one, one) for one in answer)
    return labels.get(answer, answer)
