"""Months and days of the week: numbers that print as their English names."""

from typing import Any, ClassVar

from werfish.gotemplate.signatures import function
from werfish.gotemplate.sprig.times import civil
from werfish.gotemplate.types import GoType
from werfish.gotemplate.values import MISSING


class Month(int):
    """A ``time.Month``, from 1."""

    go_type: ClassVar[GoType] = GoType("time.Month", "int")

    def go_string(self) -> str:
        """Return the English name."""
        return civil.MONTHS[self - 1]

    def member(self, name: str) -> Any:
        """Return the method ``String``."""
        return function(self.go_string) if name == "String" else MISSING


class Weekday(int):
    """A ``time.Weekday``; Sunday is 0."""

    go_type: ClassVar[GoType] = GoType("time.Weekday", "int")

    def go_string(self) -> str:
        """Return the English name."""
        return civil.WEEKDAYS[self]

    def member(self, name: str) -> Any:
        """Return the method ``String``."""
        return function(self.go_string) if name == "String" else MISSING
