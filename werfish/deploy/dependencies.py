"""What a resource says that must be there before it: werf v2's dependencies and weights. Pure."""

import re
from collections.abc import Callable

from stages.light_dataclass import dataclass
from werfish.deploy.order import State
from werfish.kube.annotations import PREFIX, AnnotationError, Said
from werfish.kube.resource import Resource, ResourceId

_EXTERNAL = ".external-dependency.werf.io/"
_NUMBER = "a whole number, such as 10 or -5"
_FIELDS = ("kind", "name", "group", "version", "namespace")
_DEPENDENCY = (
    f"state=ready, present or absent, and at least one of {', '.join(_FIELDS)}, such as "
    "state=ready,kind=StatefulSet,name=db"
)
_REFERENCE = "KIND/NAME, such as secret/login or statefulsets.v1.apps/db"


@dataclass(frozen=True, slots=True)
class Dependency:
    """Objects of the release that must be in a *state*: those that have all *fields* named."""

    annotation: str
    state: State
    fields: tuple[tuple[str, str], ...]

    def matches(self, id: ResourceId) -> bool:
        """Tell whether *id* is meant; a kind may be in any casing."""
        return all(_field(id, name).lower() == value.lower() for name, value in self.fields)

    def __str__(self) -> str:
        """Write what is looked for."""
        return ", ".join(f"{name} {value}" for name, value in self.fields)


@dataclass(frozen=True, slots=True)
class External:
    """An object of somebody else that must be ready: *word* names its kind, as people do."""

    annotation: str
    word: str
    name: str
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class Stated:
    """What the annotations of one resource say; *weight* is None where they are silent."""

    weight: int | None = None
    dependencies: tuple[Dependency, ...] = ()
    externals: tuple[External, ...] = ()


def stated_of(resource: Resource) -> Stated:
    """Return what *resource* says; `AnnotationError` for a wrong value."""
    said = Said(resource)
    start = "deploy-dependency-"
    found = said.each(start, _dependency, _DEPENDENCY)
    return Stated(
        said.read("weight", _whole, _NUMBER, None),
        tuple(
            Dependency(f"{PREFIX}{start}{id}", state, stated)
            for id, (state, stated) in sorted(found.items())
        ),
        tuple(_externals(resource, said)),
    )


def _whole(value: str) -> int:
    if not re.fullmatch(r"\s*[+-]?[0-9]+\s*", value):
        raise ValueError
    return int(value)


def _dependency(value: str) -> tuple[State, tuple[tuple[str, str], ...]]:
    stated: dict[str, str] = {}
    for part in value.split(","):
        key, sign, word = (text.strip() for text in part.partition("="))
        if key not in ("state", *_FIELDS) or not sign or not word or key in stated:
            raise ValueError(f'"{part.strip()}" is none of these')
        stated[key] = word
    state = stated.pop("state", "")
    if state not in set(State):
        raise ValueError(f'the state is "{state}"' if state else "the state is missing")
    if not stated:
        raise ValueError("it does not say which resources")
    return State(state), tuple(stated.items())


def _externals(resource: Resource, said: Said) -> list[External]:
    """Read what stands as ``ID.external-dependency.werf.io/resource``, ``name``, ``namespace``."""
    ids = {key.partition(_EXTERNAL)[0] for key in resource.annotations if _EXTERNAL in key}
    found = []
    for id in sorted(ids):
        start = id + _EXTERNAL
        kind, stated_name, namespace = (
            said.parsed(start + key, parse, allowed) if start + key in resource.annotations else ""
            for key, parse, allowed in _PARTS
        )
        word, _, name = kind.partition("/")
        if not word or not (name or stated_name) or (name and stated_name):
            raise AnnotationError(resource, f"{start}resource", kind, _REFERENCE)
        found.append(External(f"{start}resource", word, name or stated_name, namespace))
    return found


def _reference(value: str) -> str:
    if not re.fullmatch(r"[\w.-]+(?:/[\w.:-]+)?", value):
        raise ValueError
    return value


def _name(value: str) -> str:
    if not re.fullmatch(r"[\w.:-]+", value):
        raise ValueError
    return value


_PARTS: tuple[tuple[str, Callable[[str], str], str], ...] = (
    ("resource", _reference, _REFERENCE),
    ("name", _name, "the name of an object"),
    ("namespace", _name, "the name of a namespace"),
)


def _field(id: ResourceId, name: str) -> str:
    gvk = id.gvk
    values = dict(
        zip(_FIELDS, (gvk.kind, id.name, gvk.group, gvk.version, id.namespace), strict=True)
    )
    return values[name]
