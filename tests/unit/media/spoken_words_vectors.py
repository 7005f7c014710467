"""Words that both read aloud, made here a second time out of what the decision says of them.

`python -m tests.unit.media.spoken_words_vectors` writes `tests/vectors/spoken_words.json` anew.
`test_spoken_words_vectors` holds that it is current, `web/src/shared/rtc/spoken-words.test.ts`
that the pages come to the same words. docs/decisions/0030-words-that-both-read-aloud.md
"""

from __future__ import annotations

import json
import re
from functools import cache
from hashlib import pbkdf2_hmac, sha256
from itertools import product
from pathlib import Path
from typing import Final

PATH: Final = Path(__file__).resolve().parents[2] / "vectors" / "spoken_words.json"
CONSONANTS: Final = "dfklmnprst"
VOWELS: Final = "aiou"
AVOIDED: Final = re.findall(
    r"\S+",
    """
    dika diko diku faka fako faku fata fati fato fatu fuka fuki fuko fuku kaka kaku kiki koka
    kuka kula kuli kulo kuni loka loko maka mala malo mata mato mono moro muri nasi paki pisa
    pito pola poto pusi puta puto rapi rata rika sida sifi suda suka tara titi tota toto tumo
    """,
)
ITERATIONS: Final = 200_000
CASES: Final = (
    ("01J0000000000000000000000A", 1),
    ("01J0000000000000000000000A", 2),
    ("01J0000000000000000000000B", 1),
    ("another id, of any form", 1_000),
)


@cache
def every_word() -> tuple[str, ...]:
    """Return every word there is, in the order of the alphabets."""
    syllables = ["".join(one) for one in product(CONSONANTS, VOWELS)]
    spelled = ("".join(one) for one in product(syllables, repeat=3))
    return tuple(
        f"{one[:2]}-{one[2:4]}-{one[4:]}"
        for one in spelled
        if one[:4] not in AVOIDED and one[2:] not in AVOIDED
    )


def words(encounter_id: str, generation: int, fingerprints: tuple[str, str]) -> list[str]:
    """Return the four words of one attempt; `fingerprints` in hexadecimal, in any order."""
    material = "\n".join(["goodfaith spoken words 1", *sorted(fingerprints)]).encode()
    salt = f"{encounter_id}\n{generation}".encode()
    number = int.from_bytes(pbkdf2_hmac("sha256", material, salt, ITERATIONS, 16), "big")
    found = []
    for _ in range(4):
        number, at = divmod(number, len(every_word()))
        found.append(every_word()[at])
    return found


def fingerprint(name: str) -> str:
    """Return one of some certificate."""
    return sha256(name.encode()).hexdigest()


@cache
def every_case() -> str:
    """Return the file."""
    ends = (fingerprint("patient"), fingerprint("practitioner"))
    written = {
        "consonants": CONSONANTS,
        "vowels": VOWELS,
        "avoided": list(AVOIDED),
        "count": len(every_word()),
        "cases": [
            {
                "encounter_id": encounter_id,
                "generation": generation,
                "fingerprints": list(ends),
                "words": words(encounter_id, generation, ends),
            }
            for encounter_id, generation in CASES
        ],
    }
    return json.dumps(written, indent=1) + "\n"


if __name__ == "__main__":
    PATH.write_text(every_case(), encoding="utf-8")
