"""A chart pushed to a record system that checks everything by itself."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import count

import aiohttp
import pytest
from aiohttp import web

from server.delivery import client_keys
from server.delivery.channels import Delivered, Delivery, Later, Outcome, Refused
from server.delivery.emr import EmrChannel
from server.delivery.outcomes import FhirWord
from server.delivery.smart import Registration, SmartClient
from server.errors import Internal, NotFound, RecordShredded
from server.fhir.bundle import bundle
from server.fhir.refusals import SignatureDoubtful
from server.storage.destinations import Destination
from tests.fhir_charts import ORIGIN, amended, usual
from tests.fhir_servers import RecordSystem, record_system

IDS: Iterator[int] = count()


@cache
def key(algorithm: client_keys.Algorithm) -> bytes:
    return client_keys.made(algorithm)


@dataclass
class Push:
    """A record system, and the channel to it."""

    system: RecordSystem
    channel: EmrChannel
    registration: Registration
    content: bytes
    later_s: int = 0
    made: int = 0
    fault: Exception | None = None

    async def send(self, encounter_id: str | None = "encounter-1") -> Outcome:
        destination = Destination(
            id="destination-1",
            organization_id="network-1",
            channel="emr",
            address=self.system.base_url,
            topics=("encounter.signed",),
            scheme="v1",
            created_by="ops",
            created_at=0,
            changed_at=0,
        )
        return await self.channel.deliver(
            Delivery(
                message_id="message-1",
                topic="encounter.signed",
                encounter_id=encounter_id,
                subject="encounter-1",
                content=b"{}",
                destination=destination,
                secrets=(),
                timestamp_s=0,
            )
        )


@pytest.fixture
async def push() -> AsyncIterator[Push]:
    async with (
        record_system() as system,
        aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=20), auto_decompress=False
        ) as session,
    ):
        system.keys = [
            client_keys.jwk(client_keys.public_bytes(key(one))) for one in ("ES384", "RS384")
        ]
        smart = SmartClient(
            session,
            now=lambda: int(time.time()) + ready.later_s,
            new_id=lambda: f"assertion-{next(IDS)}",
            loopback=True,
        )

        async def bundle_of(encounter_id: str, to: Destination) -> bytes:
            ready.made += 1
            if ready.fault is not None:
                raise ready.fault
            if encounter_id != "encounter-1":
                raise NotFound
            assert to.organization_id == "network-1"
            return ready.content

        async def registration_of(_item: Delivery) -> Registration:
            return ready.registration

        ready = Push(
            system,
            EmrChannel(
                session,
                smart,
                bundle_of=bundle_of,
                registration_of=registration_of,
                loopback=True,
            ),
            Registration(
                base_url=system.base_url,
                client_id=system.client_id,
                scopes=system.scopes,
                keys=(key("ES384"),),
            ),
            bundle(usual(), "network", ORIGIN),
        )
        yield ready


async def test_the_same_bundle_again_has_no_second_effect(push: Push) -> None:
    assert await push.send() == Delivered(200)
    known = dict(push.system.resources)
    assert len(known) == 16
    assert await push.send() == Delivered(200)
    assert push.system.resources == known
    assert len(push.system.jtis) == 1  # the token was kept


async def test_an_addendum_adds_to_what_is_there(push: Push) -> None:
    await push.send()
    before = len(push.system.resources)
    push.content = bundle(amended(), "network", ORIGIN)
    assert await push.send() == Delivered(200)
    assert len(push.system.resources) == before + 2


async def test_a_token_is_asked_for_anew_before_it_ends(push: Push) -> None:
    await push.send()
    push.later_s = push.system.lives_s - 31
    await push.send()
    assert len(push.system.jtis) == 1
    push.later_s = 0
    push.system.lives_s = 30  # all of it is its last moments
    push.channel._smart.forget(push.registration)
    await push.send()
    await push.send()
    assert len(set(push.system.jtis)) == 3


async def test_where_only_rs384_is_taken_the_key_of_that_kind_signs(push: Push) -> None:
    push.system.algorithms = ["RS384"]
    push.registration = replace(push.registration, keys=(key("ES384"), key("RS384")))
    assert await push.send() == Delivered(200)
    push.registration = replace(push.registration, client_id="other", keys=(key("ES384"),))
    assert await push.send() == Later("no_key")


async def test_a_token_that_is_no_longer_taken_is_replaced_once(push: Push) -> None:
    await push.send()
    push.system.tokens.clear()
    assert await push.send() == Delivered(200)
    assert (push.system.posts, len(push.system.jtis)) == (3, 2)


async def test_whoever_takes_no_token_is_asked_twice_and_then_later(push: Push) -> None:
    refuse = [lambda: RecordSystem.outcome(401, "login")] * 2
    push.system.answers.extend(refuse)
    assert await push.send() == Later("not_authorized", 401)
    assert push.system.posts == 2


@pytest.mark.parametrize(
    ("status", "code", "headers", "expected"),
    [
        (422, "invariant", {}, Refused(FhirWord("fhir_invariant"), status=422)),
        (412, "multiple-matches", {}, Refused(FhirWord("fhir_multiple_matches"), status=412)),
        (400, "made-up", {}, Refused(FhirWord("fhir_unknown"), status=400)),
        (429, "throttled", {"Retry-After": "17"}, Later("answered", 429, 17)),
        (503, "exception", {}, Later("answered", 503)),
        (409, "conflict", {}, Later("answered", 409)),
        (403, "forbidden", {}, Later("not_authorized", 403)),
        (200, "processing", {}, Refused(FhirWord("fhir_processing"), status=200)),
    ],
)
async def test_what_is_answered_decides_what_becomes_of_it(
    push: Push, status: int, code: str, headers: dict[str, str], expected: Outcome
) -> None:
    push.system.answers.append(lambda: RecordSystem.outcome(status, code, headers))
    outcome = await push.send()
    assert outcome == expected
    assert "Ana" not in repr(outcome)


async def test_a_redirect_is_not_followed(push: Push) -> None:
    elsewhere = {"Location": f"{push.system.origin}/elsewhere"}
    push.system.answers.append(lambda: web.Response(status=307, headers=elsewhere))
    assert await push.send() == Later("redirected", 307)
    assert push.system.posts == 1


async def test_an_answer_too_long_to_be_read_is_judged_by_its_status(push: Push) -> None:
    push.system.answers.append(lambda: web.Response(status=200, body=b" " * 5_000_000))
    assert await push.send() == Delivered(200)


async def test_without_a_token_nothing_is_sent(push: Push) -> None:
    push.system.token_status = 400
    assert await push.send() == Later("token_refused", 400)
    push.system.keys = []
    assert await push.send() == Later("token_refused", 401)
    assert push.system.posts == 0
    assert push.made == 0  # what cannot leave is not said to have been exported


@pytest.mark.parametrize(
    "told",
    [
        b"not json",
        b"[]",
        b'{"token_endpoint": "http://example.com/token"}',
        b'{"token_endpoint": "https://10.0.0.1/token"}',
        b'{"token_endpoint": "file:///etc/passwd"}',
        b" " * 300_000,
    ],
)
async def test_a_configuration_that_leads_nowhere_good_is_not_followed(
    push: Push, told: bytes
) -> None:
    push.system.configuration = lambda: web.Response(body=told)
    assert (await push.send()) == Later("discovery_unreadable", _status(told))
    push.system.configuration = lambda: web.Response(status=404)
    assert await push.send() == Later("discovery_failed", 404)


def _status(told: bytes) -> int | None:
    return None if b"token_endpoint" in told else 200


async def test_a_server_that_is_not_there_is_tried_later(push: Push) -> None:
    push.registration = replace(push.registration, base_url="http://127.0.0.1:9/fhir")
    assert await push.send() in (Later("address_refused"), Later("not_connected"))
    push.registration = replace(push.registration, base_url="http://fhir.example.com")
    assert await push.send() == Later("address_refused")


async def test_what_cannot_be_made_is_not_sent(push: Push) -> None:
    assert await push.send("nobody-knows") == Later("not_found")
    assert await push.send(None) == Refused("no_encounter")
    push.fault = SignatureDoubtful()
    assert await push.send() == Later("signature_doubtful")
    push.fault = Internal()
    with pytest.raises(Internal):  # the worker logs it: `internal`
        await push.send()


async def test_of_a_destroyed_record_nothing_is_sent_and_nobody_tries_again(push: Push) -> None:
    push.fault = RecordShredded()
    assert await push.send() == Refused("record_shredded")
    assert push.system.posts == 0


async def test_a_fault_in_the_bundle_is_not_taken_for_one_of_the_address(push: Push) -> None:
    push.fault = ValueError("a resource without an id")
    with pytest.raises(ValueError, match="resource"):  # the worker logs it: `internal`
        await push.send()
    push.fault = OSError("a file of ours")
    with pytest.raises(OSError, match="file"):
        await push.send()
