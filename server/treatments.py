"""The 17 treatment classes: what a patient may be examined for, in their own words.

The classes are those of the domain's vocabulary; the products of each come with the health
questions (`server.intake.catalogue`). A patient wants a class at most once in an encounter,
because the practitioner decides by class.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from server.errors import InvalidBody
from server.intake.catalogue import catalogue
from server.views import Language, TreatmentOptionView
from signaling.messages import TreatmentRef

LABELS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        name: MappingProxyType({"en": english, "es": spanish})
        for name, english, spanish in (
            (
                "neurotoxin",
                "Wrinkle relaxers (Botox and similar)",
                "Relajantes de arrugas (Bótox y similares)",
            ),
            ("filler", "Dermal fillers", "Rellenos dérmicos"),
            ("biostimulator", "Collagen stimulators", "Estimuladores de colágeno"),
            ("fat_dissolving", "Fat-dissolving injections", "Inyecciones para disolver grasa"),
            (
                "laser_ipl",
                "Laser or light treatment (IPL)",
                "Tratamiento con láser o luz (IPL)",
            ),
            (
                "energy_device",
                "Radiofrequency, ultrasound or fat freezing",
                "Radiofrecuencia, ultrasonido o frío para la grasa",
            ),
            ("microneedling", "Microneedling", "Microagujas"),
            ("chemical_peel", "Chemical peel", "Exfoliación química (peeling)"),
            ("iv_therapy", "IV drip", "Suero intravenoso"),
            ("im_vitamin", "Vitamin shot", "Inyección de vitaminas"),
            ("glp1", "Weight-loss injection (GLP-1)", "Inyección para bajar de peso (GLP-1)"),
            ("weight_loss_drug", "Weight-loss pills", "Pastillas para bajar de peso"),
            ("hormone", "Hormone therapy", "Terapia hormonal"),
            ("prp", "PRP (from your own blood)", "PRP (de su propia sangre)"),
            ("threads", "Thread lift", "Hilos tensores"),
            ("sclerotherapy", "Vein injections", "Inyecciones para las venas"),
            ("other", "Something else", "Otro tratamiento"),
        )
    }
)


class TreatmentInvalid(InvalidBody):
    """A treatment that cannot be asked for like this."""

    def __init__(self) -> None:
        super().__init__(fields=("treatments",))


class UnknownTreatment(TreatmentInvalid):
    """A class, or a product of a class, that the vocabulary does not know."""


class RepeatedTreatment(TreatmentInvalid):
    """The same class twice: the decision would not say which one it is about."""


def options() -> list[TreatmentOptionView]:
    """Return every class that may be chosen, in the order of the vocabulary."""
    return [
        TreatmentOptionView(
            treatment_class=name,
            label_en=label["en"],
            label_es=label["es"],
            products=list(catalogue().classes[name].products),
        )
        for name, label in LABELS.items()
    ]


def label(treatment_class: str, language: Language) -> str:
    """Return what a class is called on a page.

    Raises:
        UnknownTreatment: no such class.
    """
    if treatment_class not in LABELS:
        raise UnknownTreatment
    return LABELS[treatment_class][language]


def check_treatments(treatments: Sequence[TreatmentRef]) -> None:
    """Accept treatments that may be asked for together.

    Raises:
        UnknownTreatment: a class that does not exist, or a product of another class.
        RepeatedTreatment: a class twice.
    """
    classes = [one.treatment_class for one in treatments]
    for one in treatments:
        known = catalogue().classes.get(one.treatment_class)
        if known is None or (one.product is not None and one.product not in known.products):
            raise UnknownTreatment
    if len(set(classes)) != len(classes):
        raise RepeatedTreatment
