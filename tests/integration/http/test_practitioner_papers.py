"""Papers of practitioners' files: pictures of what was sent, for their own file alone."""

from __future__ import annotations

import pytest

from tests.integration.http.browsing import World
from tests.integration.http.files import EVIDENCE, OWN, Casey, casey_of
from tests.photos import jpeg


@pytest.fixture
async def casey(world: World) -> Casey:
    return await casey_of(world)


async def test_a_paper_is_kept_as_pictures_that_only_its_own_file_shows(
    world: World, casey: Casey
) -> None:
    own = await world.signed_in("console", "casey")
    headers = {"Content-Type": "application/octet-stream", "X-Goodfaith-Name": "My licence"}
    sent = await own.ask("POST", f"{OWN}/documents", headers=headers, data=jpeg())
    assert sent.status == 200, sent.body
    (paper,) = sent.body["documents"]
    assert (paper["name"], paper["pages"]) == ("My licence", 1)
    page = f"documents/{paper['id']}/pages/1"
    for browser, path in ((own, OWN), (casey.browser, casey.path)):
        shown = await browser.get(f"{path}/{page}")
        assert shown.raw.startswith(b"\xff\xd8\xff")
    blake = await casey_of(world, "blake")
    assert (await casey.browser.get(f"{blake.path}/{page}")).refusal == (404, "not_found")
    for wrong in ("0", "2", "x", "²", "9999"):
        path = f"{OWN}/documents/{paper['id']}/pages/{wrong}"
        assert (await own.get(path)).refusal == (404, "not_found")
    licence = await casey.licence()
    seen = {**EVIDENCE, "document_id": paper["id"]}
    await casey.send(f"authorities/{licence['id']}/verify", seen)
    assert (await casey.licence())["checks"][-1]["document_id"] == paper["id"]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"MZ" + b"0" * 100, "upload_unknown_type"), (b"", "bad_request")],
    ids=["program", "nothing"],
)
async def test_what_is_no_paper_is_refused(casey: Casey, content: bytes, code: str) -> None:
    headers = {"Content-Type": "application/octet-stream", "X-Goodfaith-Name": "Licence"}
    sent = await casey.browser.ask(
        "POST", f"{casey.path}/documents", headers=headers, data=content
    )
    assert sent.code == code
    assert (await casey.file())["documents"] == []
