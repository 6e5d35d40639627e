"""Reading the annotations of a resource that mean something to werfish. Pure.

Wrong values are errors that name the template, to be found before anything is applied.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import partial
from typing import TypeVar

from werfish.errors import ConfigError
from werfish.kube.resource import Resource

PREFIX = "werf.io/"
_VERSION = "werf.io/version"
"""What everything that is deployed has, and means nothing to whoever deploys."""


class AnnotationError(ConfigError):
    """An annotation of a resource has a value that means nothing."""

    def __init__(self, resource: Resource, annotation: str, value: str, allowed: str) -> None:
        """Name the resource with its template, the annotation with its value, what is *allowed*."""
        source = f' in "{resource.source}"' if resource.source else ""
        super().__init__(
            f'read annotations of {resource.id}{source}: {annotation}: "{value}" is not allowed',
            hint=f"write {allowed}",
        )
        self.resource = resource.id
        self.annotation = annotation


_Value = TypeVar("_Value")
_Choice = TypeVar("_Choice", bound=StrEnum)


class Said:
    """The annotations of one resource, read by name, which is without ``werf.io/``."""

    def __init__(self, resource: Resource) -> None:
        """Read those of *resource*."""
        self._resource = resource
        self._annotations = resource.annotations

    def is_silent(self) -> bool:
        """Tell whether none of them may mean anything; most resources have none."""
        return not any(name.startswith(PREFIX) and name != _VERSION for name in self._annotations)

    def read(
        self, name: str, parse: Callable[[str], _Value], allowed: str, default: _Value
    ) -> _Value:
        """Return what *parse* makes of the value; its ValueError is a wrong value."""
        if PREFIX + name not in self._annotations:
            return default
        return self.parsed(PREFIX + name, parse, allowed)

    def parsed(self, annotation: str, parse: Callable[[str], _Value], allowed: str) -> _Value:
        """Return what *parse* makes of the value of *annotation*, which is there."""
        value = str(self._annotations[annotation])
        try:
            return parse(value)
        except ValueError as error:
            hint = f"{allowed} ({error})" if str(error) else allowed
            raise AnnotationError(self._resource, annotation, value, hint) from error

    def choice(self, name: str, default: _Choice) -> _Choice:
        """Return the value as one of the words of *default*'s kind."""
        if PREFIX + name not in self._annotations:
            return default
        chosen = type(default)
        parse = partial(_one_of, chosen)
        return self.parsed(PREFIX + name, parse, ", ".join(chosen))

    def choices(self, name: str, chosen: type[_Choice]) -> frozenset[_Choice]:
        """Return the values, with commas between, as words of *chosen*; none where it is silent."""
        if PREFIX + name not in self._annotations:
            return frozenset()

        def parse(value: str) -> frozenset[_Choice]:
            return frozenset(_one_of(chosen, word.strip()) for word in value.split(","))

        allowed = f"some of {', '.join(chosen)}, with commas between"
        return self.parsed(PREFIX + name, parse, allowed)

    def each(self, start: str, parse: Callable[[str], _Value], allowed: str) -> dict[str, _Value]:
        """Return the values of all annotations whose names begin with *start*, by the rest."""
        return {
            rest: self.parsed(PREFIX + start + rest, parse, allowed)
            for rest in self._rests(PREFIX + start)
        }

    def _rests(self, start: str) -> Iterator[str]:
        for name in self._annotations:
            rest = name.removeprefix(start)
            if rest and rest != name:
                yield rest


def _one_of(chosen: type[_Choice], word: str) -> _Choice:
    for choice in chosen:
        if choice.value == word:
            return choice
    raise ValueError


COUNT, FLAG = "a number, 0 or more", '"true" or "false"'


def count_of(value: str) -> int:
    """Return the number that *value* is; ValueError for none."""
    if not (value.isascii() and value.isdigit()):
        raise ValueError
    return int(value)


def flag_of(value: str) -> bool:
    """Return whether *value* says yes; ValueError where it says neither."""
    if value.lower() not in ("true", "false", "1", "0"):
        raise ValueError
    return value.lower() in ("true", "1")
