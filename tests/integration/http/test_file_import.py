"""A file of rows is taken in whole or not at all, and the second time it changes nothing."""

from __future__ import annotations

import asyncio
import sys
from types import FrameType

import pytest
from sqlalchemy import event

from server import accounts
from server.accounts import PractitionerDetails
from server.practitioner_files import importing
from server.storage import credentials, directory
from server.storage.faults import FaultPoint, ScriptedFaults
from tests.integration.http.browsing import Json, World
from tests.integration.http.files import FILES, LICENCE, Casey, casey_of, day, who

IMPORT = f"{FILES}/import"
HEADING = (
    "practitioner,part,jurisdiction,kind,number,name,provider,minutes,per_claim_usd,"
    "aggregate_usd,since,until,outcome,independent,checked_by,source\n"
)
SEEN = "R. Alvarez,azbn.gov"
REFUSED_S = 10.0


@pytest.fixture
async def casey(world: World) -> Casey:
    return await casey_of(world)


def rows(world: World) -> str:
    return HEADING + (
        f"casey,license,NV,,NP-77,,,,,,2020-01-01,2030-01-01,,yes,{SEEN}\n"
        "casey,collaboration,TX,,MD-1,Dr. Chen,,,,,2020-01-01,2030-01-01,,,,\n"
        f"casey,dea,AZ,,AB1234563,,,,,,,2030-01-01,,,{SEEN}\n"
        f"blake,malpractice,,,SM-3,Saguaro,,,1000000,3000000,2026-01-01,2027-01-01,,,{SEEN}\n"
        f"blake,employment,,contractor,,Clinician,,,,,2026-01-01,,,,{SEEN}\n"
        "1000000020,training,,,,Exams,Academy,60,,,2026-01-01,,,,,\n"
        f"casey,exclusion_check,,sam,,,,,,,{day(world, -1)},,clear,,{SEEN}\n"
    )


async def sent(casey: Casey, text: str, *, apply: bool = True) -> Json:
    answer = await casey.browser.post(IMPORT, {"csv": text, "apply": apply})
    assert answer.status == 200, answer.body
    return answer.body


async def test_all_of_a_file_is_taken_in_and_nothing_the_second_time(
    world: World, casey: Casey
) -> None:
    text = rows(world)
    looked = await sent(casey, text, apply=False)
    assert (looked["added"], looked["applied"]) == (7, False)
    before = await casey.file()
    assert [one["jurisdiction"] for one in before["authorities"]] == ["AZ", "CO"]
    done = await sent(casey, text)
    assert (done["lines"], done["added"], done["unchanged"], done["applied"]) == (7, 7, 0, True)
    file = await casey.file()
    assert [one["jurisdiction"] for one in file["authorities"]] == ["AZ", "CO", "NV"]
    licence = await casey.licence("NV")
    assert licence["independent"]
    assert [one["method"] for one in licence["checks"]] == ["import"]
    assert len(file["dea"]) == len(file["collaborations"]) == 1
    again = await sent(casey, text)
    assert (again["added"], again["unchanged"], again["applied"]) == (0, 7, True)
    after = await casey.file()
    assert {**after, "now_ms": 0} == {**file, "now_ms": 0}


async def test_a_file_with_an_error_changes_nothing_and_names_line_and_column(
    world: World, casey: Casey
) -> None:
    wrong = f"nobody,license,NV,,NP-1,,,,,,2020-01-01,2030-01-01,,,{SEEN}\n"
    bad = f"casey,license,ZZ,,NP-1,,,,,,2020-01-01,2030-01-01,,,{SEEN}\n"
    answer = await sent(casey, rows(world) + wrong + bad)
    assert answer["applied"] is False
    assert [(one["line"], one["column"], one["code"]) for one in answer["errors"]] == [
        (9, "practitioner", "practitioner_unknown"),
        (10, "jurisdiction", "jurisdiction_unknown"),
    ]
    file = await casey.file()
    assert [one["jurisdiction"] for one in file["authorities"]] == ["AZ", "CO"]
    assert (file["dea"], file["collaborations"]) == ([], [])


async def another(world: World, login: str, npi: str, *, active: bool = True) -> None:
    """Enrol somebody else in Casey's network."""
    network_id = (await who(world)).network_id
    details = PractitionerDetails("Robin Vale", "MD", npi)
    async with world.services.database.write() as tx:
        made = await accounts.add_practitioner(
            tx, world.services, network_id, details, login=login, password_hash="-"
        )
        await directory.set_practitioner_active(tx, made.practitioner_id, active=active)


def licence_of(practitioner: str) -> str:
    return f"{HEADING}{practitioner},license,NV,,NP-78,,,,,,2020-01-01,2030-01-01,,,{SEEN}\n"


@pytest.mark.parametrize(
    ("login", "npi", "active"),
    [
        ("robin", "1000000038", True),
        ("robin", "1000000038", False),
        ("1000000038", "1234567893", True),
        ("1000000038", "1234567893", False),
    ],
    ids=["one NPI", "one NPI, closed", "login like an NPI", "login like an NPI, closed"],
)
async def test_an_npi_that_may_mean_several_is_refused_and_their_logins_are_not(
    world: World, casey: Casey, login: str, npi: str, *, active: bool
) -> None:
    assert (await sent(casey, licence_of("1000000038"), apply=False))["errors"] == []
    await another(world, login, npi, active=active)
    answer = await sent(casey, licence_of("casey") + rows(world).partition("\n")[2])
    assert answer["errors"] == []
    both = licence_of("1000000038") + "casey,training,,,,Other,Academy,60,,,2026-01-01,,,,,\n"
    answer = await sent(casey, both.replace("NP-78", "NP-79"))
    assert answer["applied"] is False
    assert [(one["line"], one["column"], one["code"]) for one in answer["errors"]] == [
        (2, "practitioner", "practitioner_ambiguous")
    ]
    file = await casey.file()
    assert "NP-79" not in {one["number"] for one in file["authorities"]}
    assert "Other" not in {one["topic"] for one in file["trainings"]}


async def test_whose_login_is_their_own_npi_is_one_practitioner(
    world: World, casey: Casey
) -> None:
    await another(world, "1234567893", "1234567893")
    answer = await sent(casey, licence_of("1234567893"))
    assert (answer["errors"], answer["added"], answer["applied"]) == ([], 1, True)


async def test_a_claim_that_is_there_is_verified_by_a_line_that_says_who_looked(
    world: World, casey: Casey
) -> None:
    own = await world.signed_in("console", "casey")
    await own.post("/api/v1/console/file/authorities", LICENCE)
    line = "casey,license,NV,,NP-77,,,,,,2020-01-01,2030-01-01,,"
    assert (await sent(casey, f"{HEADING}{line},,\n"))["unchanged"] == 1
    assert (await casey.licence("NV"))["verified_at_ms"] is None
    done = await sent(casey, f"{HEADING}{line},{SEEN}\n{line},{SEEN}\n")
    assert (done["added"], done["unchanged"]) == (1, 1)
    found = [one for one in (await casey.file())["authorities"] if one["number"] == "NP-77"]
    assert [one["verified_by"] for one in found] == ["R. Alvarez"]


def nevada(independent: str, seen: str = SEEN) -> str:
    return f"casey,license,NV,,NP-77,,,,,,2020-01-01,2030-01-01,,{independent},{seen}\n"


def remarks(answer: Json) -> list[tuple[int, str, str]]:
    return [(one["line"], one["column"], one["code"]) for one in answer["errors"]]


async def test_a_line_that_nobody_looked_up_lets_no_one_practise_alone(casey: Casey) -> None:
    await sent(casey, HEADING + nevada("yes", ","))
    assert not (await casey.licence("NV"))["independent"]


async def test_a_claim_to_practise_alone_falls_when_a_file_says_who_looked_and_nothing_of_it(
    world: World, casey: Casey
) -> None:
    await sent(casey, HEADING + nevada("yes", ","))
    row = (await casey.licence("NV"))["id"]
    async with world.services.database.write() as tx:
        # As an older program, or a command, entered it.
        await credentials.set_independent(tx, row, independent=True)
    await sent(casey, HEADING + nevada(""))
    licence = await casey.licence("NV")
    assert (licence["verified_by"], licence["independent"]) == ("R. Alvarez", False)


@pytest.mark.parametrize(("found", "said"), [("yes", "no"), ("no", "yes")])
@pytest.mark.parametrize("seen", [SEEN, ","])
async def test_a_line_that_says_otherwise_of_practising_alone_is_for_a_person_to_decide(
    casey: Casey, found: str, said: str, seen: str
) -> None:
    await sent(casey, HEADING + nevada(found))
    before = await casey.licence("NV")
    answer = await sent(casey, HEADING + nevada(said, seen))
    assert remarks(answer) == [(2, "independent", "independence_differs")]
    assert answer["applied"] is False
    assert await casey.licence("NV") == before
    assert before["independent"] == (found == "yes")


async def test_an_empty_cell_says_nothing_of_practising_alone(casey: Casey) -> None:
    await sent(casey, HEADING + nevada("yes"))
    for said in ("", "yes"):
        answer = await sent(casey, HEADING + nevada(said))
        assert (answer["unchanged"], answer["errors"]) == (1, [])
    assert (await casey.licence("NV"))["independent"]


async def test_of_a_physician_nobody_asks_who_practises_alone(world: World) -> None:
    doctor = await casey_of(world, "blake")
    assert (await doctor.file())["profession"] in {"MD", "DO"}
    line = "blake,license,UT,,MD-77,,,,,,2020-01-01,2030-01-01,,{},{}\n"
    await sent(doctor, HEADING + line.format("no", SEEN))
    answer = await sent(doctor, HEADING + line.format("yes", SEEN))
    assert (answer["unchanged"], answer["errors"]) == (1, [])


async def test_two_lines_about_one_licence_agree_on_practising_alone(casey: Casey) -> None:
    differing = await sent(casey, HEADING + nevada("") + nevada("yes"))
    assert remarks(differing) == [(3, "independent", "lines_differ")]
    alike = await sent(casey, HEADING + nevada("no") + nevada(""))
    assert (alike["added"], alike["unchanged"], alike["applied"]) == (1, 1, True)


def trainings(number: int) -> str:
    return HEADING + "".join(
        f"casey,training,,,,Exams {one},Academy,60,,,2026-01-01,,,,,\n" for one in range(number)
    )


async def calls_to_plan(world: World, casey: Casey, number: int) -> int:
    """Return how many functions run while a file is looked at, all of which is there."""
    await sent(casey, trainings(number))
    text, network_id = trainings(number), (await who(world)).network_id
    called = 0

    def note(_frame: FrameType, what: str, _given: object) -> None:
        nonlocal called
        called += what == "call"

    async with world.services.database.write() as tx:
        sys.setprofile(note)
        try:
            found = await importing.plan(tx, world.services, network_id, text)
        finally:
            sys.setprofile(None)
    assert found.unchanged == number
    return called


async def test_twice_the_lines_about_one_practitioner_are_twice_the_work(
    world: World, casey: Casey
) -> None:
    once, twice = [await calls_to_plan(world, casey, number) for number in (150, 300)]
    assert twice < 2.4 * once


async def test_a_file_settles_each_practitioners_file_once(world: World, casey: Casey) -> None:
    looks: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM trainings" in statement:
            looks.append(statement)

    engine = world.services.database._engines.writer.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        few = (await sent(casey, trainings(2)), len(looks))
        looks.clear()
        many = (await sent(casey, trainings(20)), len(looks))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert (few[0]["added"], many[0]["added"]) == (2, 18)
    assert few[1] == many[1] > 0


async def test_two_files_at_once_of_a_network_hold_no_more_than_one_would(
    world: World, casey: Casey
) -> None:
    form = {"csv": rows(world), "apply": True}
    async with world.services.database.write():
        asked = [asyncio.create_task(casey.browser.post(IMPORT, form)) for _ in range(2)]
        first = asyncio.FIRST_COMPLETED
        done, _ = await asyncio.wait(asked, return_when=first, timeout=REFUSED_S)
        (refused,) = [one.result() for one in done]
        assert refused.refusal == (409, "file_import_running")
        assert refused.body["error"]["retry"] is True
    assert sorted([one.status for one in await asyncio.gather(*asked)]) == [200, 409]
    assert (await sent(casey, rows(world)))["unchanged"] == 7


async def test_after_a_file_that_could_not_be_taken_in_the_place_is_free(
    world: World, casey: Casey, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = ScriptedFaults()
    monkeypatch.setattr(world.services.database, "_faults", faults)
    form = {"csv": rows(world), "apply": True}
    for _ in range(3):
        with faults.failing(FaultPoint.BEFORE_COMMIT):
            assert (await casey.browser.post(IMPORT, form)).status == 503
    assert (await sent(casey, rows(world)))["added"] == 7
