"""What is known of an installation: values that rules are asked about.

No secret is among them, only what was found of each: how long it is, and a mark by which two of
them are known to be the same. A part that could not be looked at is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Literal

from server.secret_files import Reader

RootKeyPlace = Literal["data_folder", "file", "setting", "program"]
Source = Literal["variable", "file", "settings_file"]
Encryption = Literal["none", "unverified", "verified"]
DatabaseState = Literal["read", "absent", "silent", "other_version"]


@dataclass(frozen=True, slots=True)
class Door:
    """Where people come in.

    Attributes:
        https: the address that people type is an https one.
        local: it can only be reached on this machine.
        host: the address that the process listens on.
        tls: the process speaks TLS itself.
        proxies: networks whose word is taken for where a request comes from.
        metrics_token: figures are given for a token only.
    """

    https: bool
    local: bool
    host: str
    tls: bool
    proxies: tuple[IPv4Network | IPv6Network, ...]
    metrics_token: bool


@dataclass(frozen=True, slots=True)
class Secret:
    """What was found of a secret.

    Attributes:
        setting: which.
        source: where it was set.
        chars: how long it is; of a URL, the password in it.
        chosen_here: it was made by whoever set this up, so that its length was their choice.
        well_known: it is one that everybody tries.
        of_an_example: it stands in somebody's documentation.
        mark: the same for the same secret, within one look.
    """

    setting: str
    source: Source
    chars: int
    chosen_here: bool
    well_known: bool
    of_an_example: bool
    mark: str


@dataclass(frozen=True, slots=True)
class RootKey:
    """Where the root key is.

    Attributes:
        place: of what kind.
        beside_data: in the folder of what it opens.
        fault: why it cannot be used; None: it can, or nobody needs it yet.
    """

    place: RootKeyPlace
    beside_data: bool
    fault: str | None


@dataclass(frozen=True, slots=True)
class PrivateFile:
    """A file or a folder that nobody else has any business with.

    Attributes:
        path: where it is.
        mode: its permission bits.
        owner: whose it is.
        group: which group's.
        made_here: this program made it, for itself alone.
    """

    path: str
    mode: int
    owner: int
    group: int
    made_here: bool


@dataclass(frozen=True, slots=True)
class Wire:
    """A connection to another program.

    Attributes:
        setting: which names it.
        local: it does not leave this machine.
        encryption: and whether the other end is known to be the right one.
    """

    setting: str
    local: bool
    encryption: Encryption


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certificate that the process shows.

    Attributes:
        since: from when it is good, microseconds UTC; None: it cannot be read.
        until: until when.
    """

    since: int | None
    until: int | None


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine, and the process that looks at it.

    Attributes:
        reader: who looks.
        owner: whose process the server is, as far as the data folder tells.
        core_dumps: a process that is started as this one was may leave its memory on a disk.
        landlock: its version; 0: none.
        clock_synchronised: None: the system does not say.
    """

    reader: Reader
    owner: int
    core_dumps: bool
    landlock: int
    clock_synchronised: bool | None


@dataclass(frozen=True, slots=True)
class Rules:
    """By which rules a network decides.

    Attributes:
        network: its id.
        published: it published them; else they are those of the release.
        until: when they end, microseconds UTC.
    """

    network: str
    published: bool
    until: int


@dataclass(frozen=True, slots=True)
class People:
    """What the database says of people who are not made up, and of what they did.

    Attributes:
        one_factor: organizations whose people may sign in by a password alone.
        without_factor: how many people who sign in have no second factor.
        credentials_ending: how many licences, registrations and other parts of practitioners'
            files are over since not long, or end so soon that somebody was told for the last
            time.
        unreviewed_since: when the oldest emergency access began that nobody reviewed.
    """

    one_factor: tuple[str, ...]
    without_factor: int
    credentials_ending: int
    unreviewed_since: int | None


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database says. All instants are microseconds UTC.

    Attributes:
        rules: of each network; none before anybody was enrolled.
        real_people: somebody was who is not made up.
        backed_up: when its records were last copied.
        keys_backed_up: when its keys were.
        log_waits_since: when the oldest entry happened that is not in the tree.
        clock_ahead_s: how far its clock is ahead of this machine's.
        old_tokens: how many tokens that last were made more than a year ago and still work.
        people: who signs in, and what is open about them.
    """

    rules: tuple[Rules, ...]
    real_people: bool
    backed_up: int | None
    keys_backed_up: int | None
    log_waits_since: int | None
    clock_ahead_s: float
    old_tokens: int
    people: People


@dataclass(frozen=True, slots=True)
class Watch:
    """Who would notice, and when people are signed off.

    Attributes:
        witnesses: how many cosign the log.
        alerts: they are sent somewhere.
        debug_log: everything is logged.
        idle_s: seconds without use after which staff are signed off.
        absolute_s: seconds after which they are in any case.
    """

    witnesses: int
    alerts: bool
    debug_log: bool
    idle_s: int
    absolute_s: int


@dataclass(frozen=True, slots=True)
class Facts:
    """All that was looked at.

    Attributes:
        now: when, microseconds UTC.
        demo: an empty database is filled with made-up people.
        demo_accounts: a file with their passwords is there.
        unreadable: what this user may not look at.
        database: whether it could be read.
        stored: what it says; None unless it could.
        certificate: None: the process speaks no TLS.
    """

    now: int
    demo: bool
    demo_accounts: bool
    door: Door
    root_key: RootKey
    secrets: tuple[Secret, ...]
    files: tuple[PrivateFile, ...]
    unreadable: tuple[str, ...]
    wires: tuple[Wire, ...]
    certificate: Certificate | None
    machine: Machine
    watch: Watch
    database: DatabaseState
    stored: Stored | None

    @property
    def is_a_trial(self) -> bool:
        """Whether only made-up people are at stake, and nobody else reaches them."""
        real = self.stored is not None and self.stored.real_people
        return self.demo and self.door.local and not real
