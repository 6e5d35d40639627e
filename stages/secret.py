"""Secrets of a build: where each comes from, never what it is."""

from enum import StrEnum

from stages.light_dataclass import dataclass


class SecretSource(StrEnum):
    """Where a secret comes from, in werf's words."""

    ENV = "env"
    SRC = "src"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Secret:
    """One entry of ``secrets:``, mounted under *id* while instructions run.

    *place* is the variable, the path or, of a value, the text itself, which no digest and no
    message may contain.
    """

    id: str
    source: SecretSource
    place: str

    def __repr__(self) -> str:
        """Leave out the place: of a value it is the secret."""
        return f"Secret({self.id!r}, {self.source})"
