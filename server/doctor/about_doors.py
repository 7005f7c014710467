"""Rules about how people come in, and about wires to other programs."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from typing import Final

from server.doctor.facts import Facts, Wire
from server.doctor.finding import Broken, Rule, unsafe, weak
from server.origins import is_loopback

DAY_US: Final = 86_400_000_000
RENEW_US: Final = 30 * DAY_US
# What one office or one cluster has, and what nobody has who knows each machine in it.
USUAL_BITS: Final = {4: 24, 6: 64}
LEAST_BITS: Final = {4: 16, 6: 48}
IDLE_S_MAX: Final = 900
ABSOLUTE_S_MAX: Final = 43_200
Network = IPv4Network | IPv6Network


def _no_tls(facts: Facts) -> Broken | None:
    if facts.door.https:
        return None
    return weak(
        "People reach it by plain http, which only this machine may do.",
        "Set public_url to an https address before anybody else comes (README, Deploy).",
    )


def _plain_beyond(facts: Facts) -> Broken | None:
    door = facts.door
    if door.tls or is_loopback(door.host):
        return None
    mend = "Listen on loopback behind the proxy (host), or set tls_certificate and tls_key."
    if door.proxies:
        return weak(
            f"Between the proxy and {door.host} everything travels in plain http.", mend
        )
    return unsafe(facts, f"It listens in plain http on {door.host}, for everybody.", mend)


def _proxies(facts: Facts) -> Broken | None:
    wide = [one for one in facts.door.proxies if one.prefixlen < USUAL_BITS[one.version]]
    if not wide:
        return None
    told = ", ".join(map(str, wide))
    what = f"Too many machines may say where a request comes from: {told}."
    mend = "Name in trusted_proxies the addresses of the proxies, and no others."
    far = any(one.prefixlen < LEAST_BITS[one.version] for one in wide)
    return unsafe(facts, what, mend) if far else weak(what, mend)


def _proxies_unnamed(facts: Facts) -> Broken | None:
    """Https that this process does not speak, and that ends on this machine, is a proxy's."""
    door = facts.door
    behind = door.https and not door.tls and is_loopback(door.host) and not door.local
    if not behind or door.proxies:
        return None
    return weak(
        "A proxy speaks https for it and is not trusted: everybody seems to come from there,"
        " in what is limited and in the audit log.",
        "Name its address in trusted_proxies (docs/operations/deploy.md).",
    )


def _database_wires(facts: Facts) -> Broken | None:
    wires = [one for one in facts.wires if one.setting != "redis_url" and not one.local]
    plain = _named(wires, "none")
    if plain:
        return Broken(
            "unsafe",
            f"What is written to the database of {plain} may travel unencrypted.",
            "Add ?sslmode=verify-full&sslrootcert=FILE to its URL.",
        )
    unverified = _named(wires, "unverified")
    if not unverified:
        return None
    return weak(
        f"Nobody checks that the database of {unverified} is the right one.",
        "Use sslmode=verify-full with sslrootcert in its URL.",
    )


def _redis_wire(facts: Facts) -> Broken | None:
    wires = [one for one in facts.wires if one.setting == "redis_url" and not one.local]
    if not wires or all(one.encryption == "verified" for one in wires):
        return None
    return weak(
        "Messages between nodes are sealed, but Redis and its password are in the open.",
        "Use rediss:// with a certificate that is checked, or a Redis on this machine.",
    )


def _named(wires: list[Wire], encryption: str) -> str:
    return " and ".join(one.setting for one in wires if one.encryption == encryption)


def _certificate(facts: Facts) -> Broken | None:
    found = facts.certificate
    if found is None:
        return None
    mend = "Renew it, and restart: a certificate is read at the start."
    if found.since is None or found.until is None:
        return Broken("unsafe", "The certificate cannot be read.", "Mend tls_certificate.")
    if not found.since <= facts.now < found.until:
        return Broken("unsafe", "The certificate is not good now: its time is over.", mend)
    days = (found.until - facts.now) // DAY_US
    if found.until - facts.now < RENEW_US:
        return weak(f"The certificate ends in {days} days.", mend)
    return None


def _metrics(facts: Facts) -> Broken | None:
    if facts.door.metrics_token or facts.door.local:
        return None
    return weak(
        "Whoever is on this machine reads /metrics, and so does everybody whom a proxy on it"
        " passes on without saying so.",
        "Set metrics_token_file, and give the token to Prometheus.",
    )


def _demo_in_public(facts: Facts) -> Broken | None:
    if not facts.demo or facts.door.local:
        return None
    return Broken(
        "unsafe",
        "It is a demo that others reach: it tells everybody its sign-ins.",
        "Set demo = false, and begin with an empty database.",
    )


def _demo_accounts(facts: Facts) -> Broken | None:
    if not facts.demo_accounts:
        return None
    return unsafe(
        facts,
        "demo-accounts.json is here: the database has made-up people who can sign in.",
        "Begin with an empty database before anybody real is enrolled.",
    )


def _sessions(facts: Facts) -> Broken | None:
    watch = facts.watch
    if watch.idle_s <= IDLE_S_MAX and watch.absolute_s <= ABSOLUTE_S_MAX:
        return None
    return weak(
        f"Staff stay signed in for {watch.idle_s // 60} minutes without use and"
        f" {watch.absolute_s / 3600:g} hours in all.",
        f"Set session_idle_s to {IDLE_S_MAX} and session_absolute_s to {ABSOLUTE_S_MAX}.",
    )


DOORS: Final = (
    Rule("no_tls", "People come by https.", _no_tls),
    Rule("plain_beyond_this_machine", "Plain http stays on this machine.", _plain_beyond),
    Rule("proxies_too_wide", "Few machines may say where a request is from.", _proxies),
    Rule("proxies_unnamed", "A proxy says where a request is from.", _proxies_unnamed),
    Rule("database_without_tls", "The way to the database is encrypted.", _database_wires),
    Rule("redis_without_tls", "The way to Redis is encrypted.", _redis_wire),
    Rule("certificate_ends", "The certificate is good for a month and more.", _certificate),
    Rule("metrics_open", "Figures are for a token, or nobody else comes here.", _metrics),
    Rule("demo_in_public", "Nobody from elsewhere comes into a demo.", _demo_in_public),
    Rule("demo_accounts_here", "Nobody made up can sign in.", _demo_accounts),
    Rule("sessions_too_long", "Staff are signed off after a quarter of an hour.", _sessions),
)
