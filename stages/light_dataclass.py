"""The standard library's ``dataclass``, made in a fraction of its time.

A program that starts anew for every command makes a hundred such classes before it does anything:
at a millisecond each (Python 3.11 compiles six functions a class) that was a third of its processor
time. Here only the constructor is compiled, when it is first called; all else the classes share.

For type checkers this *is* the standard decorator, and ``replace``, ``fields`` and ``asdict`` of
`dataclasses` work as ever. Classes without ``slots``, or that ask for something rare (options other
than ``frozen`` and ``order``, ``KW_ONLY``, ``InitVar``), are left to the standard decorator.
"""

import dataclasses
import threading
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, FrozenInstanceError
from operator import attrgetter, ge, gt, le, lt
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, get_origin

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls: type | None = None, /, **options: Any) -> Any:
        """Make *cls* a dataclass; *options* are those of `dataclasses.dataclass`."""
        if cls is None:
            return lambda later: dataclass(later, **options)
        own = _own_fields(cls, options)
        return dataclasses.dataclass(**options)(cls) if own is None else _made(cls, own, options)


__all__ = ("dataclass",)

_FIELDS = "__light_fields__"
_RARE = ("ClassVar", "InitVar", "KW_ONLY", "typing.", "dataclasses.")
_OPTIONS = {"frozen", "order", "slots"}
_DEFAULT = object()
"""What a constructor's argument is where nothing was given for a field with a factory."""


class _Field(NamedTuple):
    """What the class needs to know of one of its fields."""

    default: Any = MISSING
    factory: Any = MISSING
    init: bool = True
    repr: bool = True
    compare: bool = True
    hash: bool = True


class _StandardFields:
    """The ``__dataclass_fields__`` of a class: made by the standard decorator when asked for."""

    def __init__(self, written: Any) -> None:
        self._written = written
        self._making = threading.Lock()
        self._made: dict[str, Field[Any]] | None = None

    def __get__(self, _: object, owner: type) -> dict[str, "Field[Any]"]:
        with self._making:
            if self._made is None:
                self._made = _standard_fields(self._written)
        return self._made


def _standard_fields(written: type) -> dict[str, "Field[Any]"]:
    """Return the fields of the bases of *written* and its own, which a class for them alone has."""
    found: dict[str, Field[Any]] = {}
    for base in written.__mro__[:0:-1]:
        found.update(getattr(base, "__dataclass_fields__", {}))
    named = vars(written).get("__annotations__", {})
    body = {name: value for name, value in vars(written).items() if name in named}
    told = {"__annotations__": named, "__doc__": "Fields."}  # else a signature is read for a text
    alone = type(written.__name__, (), {**body, **told})
    alone.__module__ = written.__module__
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False)(alone)
    return {**found, **made.__dataclass_fields__}


def _own_fields(cls: type, options: Mapping[str, bool]) -> dict[str, _Field] | None:
    """Return the fields that the body of *cls* states, nothing where one or an option is rare."""
    if not options.get("slots") or not options.keys() <= _OPTIONS:
        return None
    if any("__dataclass_params__" in vars(base) for base in cls.__mro__):
        return None
    own = {}
    for name, kind in vars(cls).get("__annotations__", {}).items():
        if kind is ClassVar or get_origin(kind) is ClassVar:
            continue
        stated = vars(cls).get(name, MISSING)
        if _is_rare(kind) or (isinstance(stated, Field) and stated.kw_only is True):
            return None
        own[name] = _field(stated)
    return own


def _is_rare(kind: object) -> bool:
    if isinstance(kind, str):
        return kind.startswith(_RARE)
    return kind is dataclasses.KW_ONLY or isinstance(kind, dataclasses.InitVar)


def _field(stated: Any) -> _Field:
    if not isinstance(stated, Field):
        if type(stated).__hash__ is None:
            raise ValueError(f"mutable default {type(stated)} is not allowed: use default_factory")
        return _Field(stated)
    hashed = stated.compare if stated.hash is None else stated.hash
    return _Field(
        *(stated.default, stated.default_factory, stated.init, stated.repr, stated.compare, hashed)
    )


def _made(written: type, own: Mapping[str, _Field], options: Mapping[str, bool]) -> Any:
    """Return *written* with slots for its *own* fields, and the methods that *options* want."""
    is_frozen = options.get("frozen", False)
    fields: dict[str, _Field] = {}
    for base in written.__mro__[:0:-1]:
        if _FIELDS in vars(base) and vars(base)["__light_frozen__"] is not is_frozen:
            raise TypeError("a frozen dataclass inherits from frozen ones only, and no other does")
        fields.update(vars(base).get(_FIELDS, {}))
    fields.update(own)
    taken = {slot for base in written.__mro__[1:-1] for slot in vars(base).get("__slots__", ())}
    left = {*own, "__dict__", "__weakref__"}
    methods = _methods_of(written, options)
    body = {
        **{name: method for name, method in methods.items() if name not in vars(written)},
        "__match_args__": tuple(name for name, field in fields.items() if field.init),
        **{name: value for name, value in vars(written).items() if name not in left},
        "__slots__": tuple(name for name in own if name not in taken),
        "__dataclass_fields__": _StandardFields(written),
        _FIELDS: fields,
        "__light_frozen__": is_frozen,
        "__light_compared__": _values_of(
            *(name for name, field in fields.items() if field.compare)
        ),
        "__light_hashed__": _values_of(*(name for name, field in fields.items() if field.hash)),
    }
    if vars(written).get("__hash__") is None:  # Python's own doing where a class has ``__eq__``
        body["__hash__"] = _hash if is_frozen else None
    made: Any = type(written)(written.__name__, written.__bases__, body)
    made.__qualname__ = written.__qualname__
    if "__init__" not in vars(written):
        made.__init__ = _first_init(made)
    return made


def _methods_of(written: type, options: Mapping[str, bool]) -> Mapping[str, Callable[..., Any]]:
    methods = dict(_METHODS)
    if options.get("frozen"):
        methods |= _FROZEN
    if options.get("order"):
        if stated := sorted(_ORDER.keys() & vars(written).keys()):
            raise TypeError(f"{written.__name__} has {stated[0]} and asks for order")
        methods |= _ORDER
    return methods


def _values_of(*names: str) -> Callable[[Any], Any]:
    return attrgetter(*names) if names else staticmethod(lambda _: ())


def _first_init(made: Any) -> Callable[..., None]:
    """Return a constructor that puts the real one in its place, and calls it."""

    def __init__(*arguments: Any, **named: Any) -> None:
        made.__init__ = _compiled_init(made)
        made.__init__(*arguments, **named)

    return __init__


def _compiled_init(made: Any) -> Callable[..., None]:
    known: dict[str, Any] = {"_default": _DEFAULT}
    arguments, lines = [], []
    is_frozen = made.__light_frozen__
    for name, field in getattr(made, _FIELDS).items():
        if is_frozen:
            known[f"_set_{name}"] = getattr(made, name).__set__
        value = name
        if field.factory is not MISSING:
            known[f"_make_{name}"] = field.factory
            arguments += [f"{name}=_default"] * field.init
            value = f"_make_{name}()" + f" if {name} is _default else {name}" * field.init
        elif field.default is not MISSING:
            known[f"_value_{name}"] = field.default
            arguments += [f"{name}=_value_{name}"] * field.init
            value = name if field.init else f"_value_{name}"
        elif field.init:
            arguments.append(name)
        else:
            continue
        lines.append(f"  _set_{name}(self, {value})" if is_frozen else f"  self.{name} = {value}")
    if hasattr(made, "__post_init__"):
        lines.append("  self.__post_init__()")
    source = "\n".join([f"def __init__(self, {', '.join(arguments)}):", *lines, "  return"])
    exec(source, known)  # noqa: S102  as the standard decorator does
    init: Callable[..., None] = known["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    init.__module__ = made.__module__
    return init


def _eq(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    values = self.__light_compared__
    return values(self) == values(other)


def _hash(self: Any) -> int:
    return hash(self.__light_hashed__(self))


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (name for name, field in getattr(self, _FIELDS).items() if field.repr)
    inside = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
    return f"{self.__class__.__qualname__}({inside})"


def _setattr(self: Any, name: str, value: object) -> None:
    _refuse_fields("assign to", self, name)
    object.__setattr__(self, name, value)


def _delattr(self: Any, name: str) -> None:
    _refuse_fields("delete", self, name)
    object.__delattr__(self, name)


def _refuse_fields(doing: str, one: Any, name: str) -> None:
    """Refuse what is frozen; a plain subclass may have attributes of its own."""
    if _FIELDS in vars(type(one)) or name in getattr(one, _FIELDS):
        raise FrozenInstanceError(f"cannot {doing} field {name!r}")


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, name) for name in getattr(self, _FIELDS)]


def _setstate(self: Any, state: list[Any]) -> None:
    for name, value in zip(getattr(self, _FIELDS), state, strict=True):
        object.__setattr__(self, name, value)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
    def ordered(self: Any, other: Any) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        values = self.__light_compared__
        return compare((values(self),), (values(other),))  # tuples ask for equality first

    return ordered


_METHODS: Mapping[str, Callable[..., Any]] = {"__eq__": _eq, "__repr__": _repr}
_ORDER = {f"__{one.__name__}__": _ordered(one) for one in (lt, le, gt, ge)}
_FROZEN: Mapping[str, Callable[..., Any]] = {
    "__setattr__": _setattr,
    "__delattr__": _delattr,
    "__getstate__": _getstate,
    "__setstate__": _setstate,
}
