"""Rules about what wears out: copies, rules, clocks, the log, and the machine itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from server.doctor.facts import Facts, Stored
from server.doctor.finding import Broken, Rule, unsafe, weak

SECOND_US: Final = 1_000_000
HOUR_US: Final = 3_600 * SECOND_US
COPIED_US: Final = 26 * HOUR_US
RULES_US: Final = 30 * 24 * HOUR_US
LOG_US: Final = 60 * SECOND_US
CLOCK_S: Final = 2.0
ROOT: Final = 0


def _database(facts: Facts) -> Broken | None:
    match facts.database:
        case "read":
            return None
        case "absent":
            return weak(
                "There is no database yet: nothing of what it would say was looked at.",
                "Start the server once, then ask again.",
            )
        case "silent":
            return Broken(
                "unsafe",
                "The database does not answer: nothing of what it would say was looked at.",
                "See whether it runs and who may come in, then ask again.",
            )
        case "other_version":
            return Broken(
                "unsafe",
                "The database is of another version than this program.",
                "Ask the program of the version that serves (docs/operations/upgrade.md).",
            )


def _rules_end(facts: Facts) -> Broken | None:
    rules = _stored(facts).rules
    ended = [one.network for one in rules if one.until <= facts.now]
    mend = "Install newer ones, then `goodfaith rules adopt` (docs/compliance.md)."
    if ended:
        return unsafe(facts, f"The rules have ended of: {', '.join(ended)}.", mend)
    ending = [one for one in rules if one.until - facts.now < RULES_US]
    if not ending:
        return None
    told = ", ".join(f"{one.network} on {_day(one.until)}" for one in ending)
    return weak(f"Rules end within a month: {told}.", mend)


def _rules_published(facts: Facts) -> Broken | None:
    found = [one.network for one in _stored(facts).rules if not one.published]
    if not found:
        return None
    return weak(
        f"Nobody here adopted the rules that these decide by: {', '.join(found)}.",
        "Have compliance read them, then `goodfaith rules adopt` (docs/compliance.md).",
    )


def _records_copied(facts: Facts) -> Broken | None:
    return _copied(facts, _stored(facts).backed_up, "records", "goodfaith backup -o FILE")


def _keys_copied(facts: Facts) -> Broken | None:
    newest = _stored(facts).keys_backed_up
    return _copied(facts, newest, "keys", "goodfaith backup --keys -o FILE")


def _copied(facts: Facts, newest: int | None, what: str, command: str) -> Broken | None:
    if not _stored(facts).rules or (newest is not None and facts.now - newest <= COPIED_US):
        return None
    told = "never copied" if newest is None else f"last copied on {_day(newest)}"
    return unsafe(
        facts,
        f"The {what} were {told}, says the audit log.",
        f"{command}, every hour, and to another machine (docs/operations/backup.md).",
    )


def _log_behind(facts: Facts) -> Broken | None:
    since = _stored(facts).log_waits_since
    if since is None or facts.now - since <= LOG_US:
        return None
    return weak(
        f"Entries of charts wait for the log since {_day(since)}.",
        "Look whether a server runs, and for log_not_sequenced in its log.",
    )


def _old_tokens(facts: Facts) -> Broken | None:
    found = _stored(facts).old_tokens
    if not found:
        return None
    return weak(
        f"Tokens of spas' software that work for more than a year: {found}.",
        "Let it sign in by a key of its own (docs/software.md), then revoke them.",
    )


def _clock_apart(facts: Facts) -> Broken | None:
    ahead_s = _stored(facts).clock_ahead_s
    if abs(ahead_s) <= CLOCK_S:
        return None
    which = "ahead of" if ahead_s > 0 else "behind"
    return weak(
        f"The database's clock is {abs(ahead_s):.1f} s {which} this machine's.",
        "Synchronise both (NTP): charts say when.",
    )


def _stored(facts: Facts) -> Stored:
    assert facts.stored is not None  # `Rule.asks_database`
    return facts.stored


def _clock(facts: Facts) -> Broken | None:
    if facts.machine.clock_synchronised is not False:
        return None
    return weak(
        "Nothing keeps this machine's clock right, says the system.",
        "Run an NTP client: charts say when.",
    )


def _witness(facts: Facts) -> Broken | None:
    if facts.watch.witnesses:
        return None
    return weak(
        "No witness cosigns the log: whoever has this machine can write another one.",
        "Have somebody else run `goodfaith witness` and name it in witnesses.",
    )


def _alerts(facts: Facts) -> Broken | None:
    if facts.watch.alerts:
        return None
    return weak(
        "Alerts are told to nobody who is not looking.",
        "Set alert_webhook_url, or have Prometheus load alerts.yml and say so to somebody.",
    )


def _debug_log(facts: Facts) -> Broken | None:
    if not facts.watch.debug_log:
        return None
    return weak("Everything is logged (debug).", "Set log_level = info.")


def _root(facts: Facts) -> Broken | None:
    if facts.machine.owner != ROOT:
        return None
    return weak(
        "The server runs as root: a mistake in it has the whole machine.",
        "Give it a user of its own (docs/operations/deploy.md).",
    )


def _core_dumps(facts: Facts) -> Broken | None:
    if not facts.machine.core_dumps:
        return None
    return weak(
        "A process that dies may leave its memory on a disk, with keys in it.",
        "Set LimitCORE=0 in its unit, or `ulimit -c 0` before it.",
    )


def _landlock(facts: Facts) -> Broken | None:
    if facts.machine.landlock:
        return None
    return weak(
        "There is no Landlock: who takes over the decoder of uploads reads all that we may.",
        "Use Linux 5.13 or newer with landlock among its security modules (lsm=).",
    )


def _day(instant: int) -> str:
    return datetime.fromtimestamp(instant / SECOND_US, UTC).strftime("%Y-%m-%d %H:%M UTC")


UPKEEP: Final = (
    Rule("database_unread", "The database could be read.", _database),
    Rule("rules_end", "The rules hold for a month and more.", _rules_end, asks_database=True),
    Rule(
        "rules_unpublished",
        "Every network adopted its rules.",
        _rules_published,
        asks_database=True,
    ),
    Rule(
        "backup_missing",
        "The records were copied within a day.",
        _records_copied,
        asks_database=True,
    ),
    Rule(
        "keys_backup_missing",
        "The keys were copied within a day.",
        _keys_copied,
        asks_database=True,
    ),
    Rule(
        "log_behind",
        "Every entry is in the log within a minute.",
        _log_behind,
        asks_database=True,
    ),
    Rule(
        "tokens_too_old",
        "No software has the same token for more than a year.",
        _old_tokens,
        asks_database=True,
    ),
    Rule(
        "clock_behind_database",
        "The database's clock is this one.",
        _clock_apart,
        asks_database=True,
    ),
    Rule("clock_not_synchronised", "The clock is synchronised.", _clock),
    Rule("no_witness", "Somebody else witnesses the log.", _witness),
    Rule("no_alerts", "Alerts are sent to somebody.", _alerts),
    Rule("debug_log", "Not everything is logged.", _debug_log),
    Rule("runs_as_root", "The server is not root.", _root),
    Rule("core_dumps", "No memory is left on a disk.", _core_dumps),
    Rule("no_landlock", "Uploads are decoded where nothing is in reach.", _landlock),
)
