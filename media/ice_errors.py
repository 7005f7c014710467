"""Why the ICE part refuses what it is told to do. An error means that NOTHING changed.

    IceError
    |-- CredentialsRejected  ice_credentials_malformed  not what RFC 8445, 5.3 allows
    |-- LegsFull             relay_full                 `Limits.legs_max`
    |-- LegKnown             leg_known                  this leg exists already
    |-- LegUnknown           leg_unknown                never opened, or closed
    |-- IllegalIceEvent      illegal_transition         no such arrow in a machine
    |-- GenerationStale      stale_generation           another generation is the newest
    `-- UfragTaken           ice_ufrag_taken            another leg listens to this fragment

These are answers to the control side. Whatever comes from the network is counted and dropped,
never raised. Nothing of a credential is repeated in an error.
"""

from enum import StrEnum
from typing import ClassVar


class Fault(StrEnum):
    """Whose fault a refusal is."""

    CLIENT = "client"
    SERVER = "server"


class IceError(Exception):
    """Something that cannot be done; nothing changed.

    Attributes:
        code: stable word for the wire.
        message: one English sentence for a person.
        fault: who has to change something for it to work.
    """

    code: ClassVar[str] = "ice_error"
    message: ClassVar[str] = "The connection cannot do this."
    fault: ClassVar[Fault] = Fault.SERVER

    def __init__(self, *details: str) -> None:
        """Take what a log may show beside the sentence, never a credential."""
        super().__init__(self.message, *details)


class CredentialsRejected(IceError):
    """A username fragment or password of a wrong length or alphabet."""

    code = "ice_credentials_malformed"
    message = "The browser's connection details are malformed."
    fault = Fault.CLIENT


class LegsFull(IceError):
    """This relay holds as many legs as it may."""

    code = "relay_full"
    message = "This relay has no room for another participant."


class LegKnown(IceError):
    """A leg of that name exists."""

    code = "leg_known"
    message = "This participant is connected already."


class LegUnknown(IceError):
    """No leg of that name exists."""

    code = "leg_unknown"
    message = "This participant is not connected here."


class GenerationStale(IceError):
    """The browser answered an offer that has been replaced, or answered it differently."""

    code = "stale_generation"
    message = "This belongs to an earlier attempt to connect."
    fault = Fault.CLIENT


class IllegalIceEvent(IceError):
    """A machine has no arrow for that event in that state: a mistake of the code."""

    code = "illegal_transition"


class UfragTaken(IceError):
    """Another generation listens to the same username fragment: draw again."""

    code = "ice_ufrag_taken"
    message = "These connection details are in use."
