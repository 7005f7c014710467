"""How long jurisdictions ask physicians to keep records. Data, with citations.

Sources: the compilation by the Office of the National Coordinator, "State Medical Record Laws:
Minimum Medical Record Retention Periods for Records Held by Medical Doctors and Hospitals"
(2009), and what each row cites. `read` says how sure a row is:

    statute    the provision's own words were read
    summary    a published summary of the provision was read
    recalled   as compilations have it; nobody has looked it up for this table, so that it may
               lengthen what the strictest of all rows asks for and never shortens it

None of them is legal advice. A jurisdiction without a row has no figure for physicians in those
compilations: the strictest of all rows counts there. A row that is wrong keeps too long or is
corrected here; a contract or a hold lengthens, nothing shortens (`server.retention.holding`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

Read = Literal["statute", "summary", "recalled"]
MAJORITY: Final = 18


@dataclass(frozen=True, slots=True)
class Law:
    """What one jurisdiction asks for.

    Attributes:
        years: from the last contact, of everybody.
        citation: where it stands.
        read: how that is known.
        minor_years: from the last contact, of somebody who was a minor; 0: as of everybody.
        after_majority: until majority and so many years, of somebody who was a minor.
        majority: the age.
    """

    years: int
    citation: str
    read: Read = "recalled"
    minor_years: int = 0
    after_majority: int = 0
    majority: int = MAJORITY


LAWS: Final[dict[str, Law]] = {
    "AL": Law(7, "Ala. Admin. Code r. 540-X-9-.10", majority=19),
    "AZ": Law(6, "Ariz. Rev. Stat. § 12-2297", "summary", after_majority=3),
    "CT": Law(7, "Conn. Agencies Regs. § 19a-14-42", "summary"),
    "DE": Law(7, "Del. Code tit. 24, § 1761", "summary"),
    "DC": Law(3, "D.C. Mun. Regs. tit. 17, § 4612.1", "summary", after_majority=3),
    "FL": Law(5, "Fla. Admin. Code r. 64B8-10.002(3)", "summary"),
    "GA": Law(10, "Ga. Code § 31-33-2", "summary"),
    # The whole record for 7 years; what it calls basic information for 25.
    "HI": Law(25, "Haw. Rev. Stat. § 622-58", "summary", after_majority=25),
    "IN": Law(7, "Ind. Code § 16-39-7-1"),
    "IA": Law(7, "Iowa Admin. Code r. 653-13.7(8)", after_majority=1),
    "KS": Law(10, "Kan. Admin. Regs. § 100-24-2"),
    "LA": Law(6, "La. Rev. Stat. § 40:1165.1"),
    "MD": Law(5, "Md. Code, Health-Gen. § 4-403", after_majority=3),
    "MA": Law(7, "243 Code Mass. Regs. 2.07(13)"),
    "MI": Law(7, "Mich. Comp. Laws § 333.16213"),
    "MO": Law(7, "Mo. Rev. Stat. § 334.097"),
    "NV": Law(5, "Nev. Rev. Stat. § 629.051", "statute", after_majority=5),
    "NH": Law(7, "N.H. Code Admin. R. Med 501.02(f)(8)"),
    "NJ": Law(7, "N.J. Admin. Code § 13:35-6.5(b)"),
    "NM": Law(10, "N.M. Admin. Code § 16.10.17.10(C)", after_majority=2),
    # Until one year after the patient is 21; majority is 18.
    "NY": Law(
        6, "N.Y. Comp. Codes R. & Regs. tit. 8, § 29.2(a)(3)", "summary", after_majority=4
    ),
    "PA": Law(7, "49 Pa. Code § 16.95(e)", after_majority=1),
    "RI": Law(5, "216 R.I. Code R. § 40-05-1"),
    "SC": Law(10, "S.C. Code § 44-115-120", "summary", minor_years=13),
    "TN": Law(10, "Tenn. Comp. R. & Regs. 0880-02-.15(4)", "summary", after_majority=1),
    "TX": Law(7, "22 Tex. Admin. Code § 165.1(b)", "summary", after_majority=3),
    "VA": Law(6, "18 Va. Admin. Code § 85-20-26(D)"),
    "WI": Law(5, "Wis. Admin. Code Med § 21.03"),
}
ELSEWHERE_MAJORITY: Final = {
    "MS": 21,
    "NE": 19,
}  # Miss. Code § 1-3-27, Neb. Rev. Stat. § 43-2101

STRICTEST: Final = Law(
    max(law.years for law in LAWS.values()),
    "no figure known: the strictest of all rows",
    minor_years=max(law.minor_years for law in LAWS.values()),
    after_majority=max(law.after_majority for law in LAWS.values()),
    majority=max([*ELSEWHERE_MAJORITY.values(), *(law.majority for law in LAWS.values())]),
)


def law_of(jurisdiction: str | None) -> Law:
    """Return what a jurisdiction asks for; the strictest where that is not known.

    A row that nobody has read counts as not known: only what has been read may be shorter.
    """
    law = LAWS.get(jurisdiction or "", STRICTEST)
    return law if law.read != "recalled" or law is STRICTEST else _at_least_strictest(law)


def _at_least_strictest(law: Law) -> Law:
    return replace(
        law,
        years=max(law.years, STRICTEST.years),
        citation=f"{law.citation}, not looked up: the strictest of all rows",
        minor_years=max(law.minor_years, STRICTEST.minor_years),
        after_majority=max(law.after_majority, STRICTEST.after_majority),
        majority=max(law.majority, STRICTEST.majority),
    )


def unverified() -> list[str]:
    """Return the jurisdictions of which nobody has read the provision or a summary of it."""
    return sorted(code for code, law in LAWS.items() if law.read == "recalled")
