import pytest

from server.treatments import (
    RepeatedTreatment,
    UnknownTreatment,
    check_treatments,
    label,
    options,
)
from signaling.messages import TreatmentRef

CLASSES = [
    "neurotoxin",
    "filler",
    "biostimulator",
    "fat_dissolving",
    "laser_ipl",
    "energy_device",
    "microneedling",
    "chemical_peel",
    "iv_therapy",
    "im_vitamin",
    "glp1",
    "weight_loss_drug",
    "hormone",
    "prp",
    "threads",
    "sclerotherapy",
    "other",
]


def treatment(name: str, product: str | None = None) -> TreatmentRef:
    return TreatmentRef(treatment_class=name, product=product)


def test_the_seventeen_classes_are_offered_in_both_languages_with_their_products() -> None:
    offered = options()
    assert [one.treatment_class for one in offered] == CLASSES
    assert all(one.label_en and one.label_es and one.products for one in offered)
    assert label("glp1", "es") == next(
        one.label_es for one in offered if one.treatment_class == "glp1"
    )


def test_a_class_with_and_without_its_product_is_accepted() -> None:
    check_treatments([treatment("glp1", "semaglutide"), treatment("filler")])
    check_treatments([])


@pytest.mark.parametrize(
    "unknown",
    [
        treatment("tattoo"),
        treatment(""),
        treatment("glp1", "botox"),
        treatment("filler", "semaglutide"),
        treatment("filler", ""),
    ],
)
def test_what_the_vocabulary_does_not_know_is_refused(unknown: TreatmentRef) -> None:
    with pytest.raises(UnknownTreatment) as refused:
        check_treatments([treatment("filler"), unknown])
    assert refused.value.code == "invalid_body"
    assert refused.value.fields == ("treatments",)


def test_a_class_is_wanted_once() -> None:
    with pytest.raises(RepeatedTreatment):
        check_treatments([treatment("glp1", "semaglutide"), treatment("glp1", "tirzepatide")])


def test_an_unknown_class_has_no_label() -> None:
    with pytest.raises(UnknownTreatment):
        label("tattoo", "en")
