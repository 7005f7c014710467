"""What can be wrong with a snapshot or a case; each carries one sentence for a person."""

from __future__ import annotations


class RulesRefused(Exception):
    """Rules, or a case, that cannot be used."""


class SnapshotUnreadable(RulesRefused):
    """A snapshot that is missing, or not in the right form."""


class CaseUnreadable(RulesRefused):
    """A case with a key or a value that is not in the vocabulary; see docs/rules.md."""
