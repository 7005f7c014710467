"""What is known of providers, for how long, and how often they are asked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from server.federation import tokens
from server.federation.discovery import PROVIDERS_MAX, Discovery
from server.federation.fetching import Fetcher
from server.federation.metadata import document_of
from server.federation.refusals import TokenRefused, Unusable
from tests.software_keys import PrivateKey, jwt, new_ec, public_jwk

ISSUER = "https://id.example.com"
JWKS = f"{ISSUER}/jwks"


class FakeFetcher(Fetcher):
    """Answers from memory, and counts."""

    def __init__(self, documents: dict[str, object]) -> None:
        super().__init__(loopback=False)
        self.documents = documents
        self.asked: list[str] = []

    async def document(self, address: str) -> object:
        self.asked.append(address)
        await asyncio.sleep(0)
        if address not in self.documents:
            raise Unusable("unreachable")
        return self.documents[address]


@dataclass
class Town:
    """A provider, what we know of it, and the time."""

    now_s: float = 1_000.0
    key: PrivateKey = field(default_factory=lambda: new_ec("P-256"))
    documents: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.fetcher = FakeFetcher(self.documents)
        self.discovery = Discovery(self.fetcher, lambda: self.now_s)
        self.documents[document_of(ISSUER)] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": JWKS,
        }
        self.publish("first")

    def publish(self, kid: str) -> None:
        self.documents[JWKS] = {"keys": [public_jwk(self.key, kid=kid)]}

    def token(self, kid: str) -> tokens.Read:
        return tokens.read(jwt({"alg": "ES256", "kid": kid}, {}, self.key))

    async def asked(self) -> int:
        await self.discovery.of(ISSUER)
        return self.fetcher.asked.count(JWKS)


async def test_a_provider_is_asked_once_in_ten_minutes() -> None:
    town = Town()
    assert await town.asked() == 1
    town.now_s += 599
    assert await town.asked() == 1
    town.now_s += 1
    assert await town.asked() == 2


async def test_a_clock_that_goes_back_makes_nothing_last_for_ever() -> None:
    town = Town()
    await town.asked()
    town.now_s -= 100
    assert await town.asked() == 2


async def test_a_crowd_asks_once() -> None:
    town = Town()
    await asyncio.gather(*(town.asked() for _ in range(20)))
    assert await town.asked() == 1


async def test_a_new_key_is_looked_for_and_strangers_make_us_ask_once_in_half_a_minute() -> (
    None
):
    town = Town()
    await town.discovery.verified(ISSUER, town.token("first"))
    town.publish("second")
    with pytest.raises(TokenRefused):  # it was asked just now
        await town.discovery.verified(ISSUER, town.token("second"))
    town.now_s += 30
    await town.discovery.verified(ISSUER, town.token("second"))
    for _ in range(5):
        with pytest.raises(TokenRefused):
            await town.discovery.verified(ISSUER, town.token("made-up"))
    assert town.fetcher.asked.count(JWKS) == 2


async def test_a_provider_that_is_away_is_left_alone_for_a_moment() -> None:
    town = Town()
    there = town.documents.pop(JWKS)
    for _ in range(3):
        with pytest.raises(Unusable):
            await town.asked()
    assert town.fetcher.asked.count(JWKS) == 1
    town.documents[JWKS] = there
    town.now_s += 5
    assert await town.asked() == 2
    assert await town.asked() == 2


async def test_of_however_many_that_do_not_answer_only_so_many_are_remembered() -> None:
    town = Town()
    await town.asked()
    for number in range(3 * PROVIDERS_MAX):
        town.now_s += 1
        with pytest.raises(Unusable):
            await town.discovery.of(f"https://{number}.example.com")
    assert town.discovery.remembered <= 2 * PROVIDERS_MAX
    town.now_s = 1_001.0
    assert await town.asked() == 1, "who answered is not forgotten for those who did not"
