"""YAML as Helm reads it: the scalars of Go's library, not of Python's.

``1e3`` is a number and ``22:22`` a string; a time is a string; keys are strings. What is written
reads the same in both languages. Source: go-yaml v2 (resolve.go), sigs.k8s.io/yaml.
"""

import re
from collections.abc import Callable, Hashable, Iterator
from functools import cache
from typing import Any

from werfish.helm.yaml_block import BlockWriter, UnusualError

_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE"), True),
    **dict.fromkeys(("on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE"), False),
    **dict.fromkeys(("off", "Off", "OFF"), False),
}
_INTEGER = re.compile(r"[-+]?(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_EXACT = 2.0**53
_WRITER = BlockWriter(_WORDS.__contains__)


class YamlError(ValueError):
    """A text is not YAML; *line* counts from 1, 0 where it is not known."""

    def __init__(self, problem: str, line: int = 0) -> None:
        """Say what is wrong in which *line*."""
        super().__init__(f"line {line}: {problem}" if line else problem)
        self.problem = problem
        self.line = line


def load(text: str | bytes, *, is_strict: bool = True) -> Any:
    """Return the first document of *text* as JSON-ready data; `YamlError` where it is not one.

    A key that is there twice is an error, unless *is_strict* is false: then the last one counts,
    as for Helm and Kubernetes.
    """
    yaml = _yaml()
    try:
        return yaml.load(text, _loader(is_strict))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise YamlError(error.problem or "not YAML", line) from error
    except yaml.YAMLError as error:
        raise YamlError(str(error).splitlines()[0]) from error


def load_noting(text: str, note: Callable[[YamlError], None]) -> Any:
    """Return what `load` does where it is not strict; *note* hears of keys that are there twice."""
    yaml = _yaml()

    class Noting(_loader(False)):  # type: ignore[misc]
        """Tells of keys, for this text alone."""

    def construct(loader: Any, node: Any) -> Any:
        for twice in _twice(node):
            note(twice)
        return _construct_map(loader, node)

    Noting.add_constructor("tag:yaml.org,2002:map", construct)
    try:
        return yaml.load(text, Noting)
    except yaml.YAMLError:
        return load(text, is_strict=False)  # which knows the words for it


def dump(data: Any) -> str:
    """Return *data* as a YAML document, keys in their order."""
    if type(data) is dict and data:
        try:
            return _WRITER.document(data)
        except UnusualError:
            pass
    yaml = _yaml()
    return str(
        yaml.dump(data, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=100_000)
    )


def scalar(text: str) -> Any:
    """Return what a plain (unquoted) scalar means."""
    if text in _WORDS:
        return _WORDS[text]
    plain = text.replace("_", "")
    if _INTEGER.fullmatch(plain):
        return _integer(plain)
    if _FLOAT.fullmatch(plain):
        return _number(float(plain))
    return text


def _integer(plain: str) -> int:
    digits = plain.lstrip("+-").lower()
    is_octal = len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
    value = int(digits, 8) if is_octal else int(digits, 0)
    return -value if plain.startswith("-") else value


def _number(value: float) -> int | float:
    """Go writes ``8.0`` into JSON as ``8``, which is what an integer field needs."""
    return int(value) if value.is_integer() and abs(value) < _EXACT else value


@cache
def _loader(is_strict: bool) -> Any:
    yaml = _yaml()
    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loader: Any = type("GoLoader", (base,), {"yaml_implicit_resolvers": _resolvers()})
    loader.add_constructor("tag:yaml.org,2002:str", lambda self, node: node.value)
    for tag in ("null", "bool", "int", "float"):
        loader.add_constructor(f"tag:yaml.org,2002:{tag}", _construct_scalar)
    loader.add_constructor("tag:yaml.org,2002:timestamp", lambda self, node: node.value)
    construct = _construct_strict_map if is_strict else _construct_map
    loader.add_constructor("tag:yaml.org,2002:map", construct)
    return loader


def _construct_scalar(loader: Any, node: Any) -> Any:
    return scalar(node.value)


def _construct_strict_map(loader: Any, node: Any) -> Any:
    for error in _twice(node):
        raise error
    return _construct_map(loader, node)


def _twice(node: Any) -> Iterator[YamlError]:
    seen: set[str] = set()
    for key, _ in node.value:
        if isinstance(key.value, str) and key.value != "<<":
            if key.value in seen:
                yield YamlError(f'key "{key.value}" is there twice', key.start_mark.line + 1)
            seen.add(key.value)


def _construct_map(loader: Any, node: Any) -> Any:
    loader.flatten_mapping(node)
    return {
        _key(loader.construct_object(key, deep=True)): loader.construct_object(value, deep=True)
        for key, value in node.value
    }


def _key(key: Hashable) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    return "null" if key is None else str(key)


def _resolvers() -> dict[Any, list[tuple[str, re.Pattern[str]]]]:
    """Return rules for PyYAML; which of our tags it picks does not matter, `scalar` decides."""
    words = "|".join(re.escape(word) for word in _WORDS if word)
    rules = [("tag:yaml.org,2002:int", re.compile(f"^(?:{words}|[-+.0-9][-+.0-9a-fA-FxXoO_]*|)$"))]
    merge = [("tag:yaml.org,2002:merge", re.compile("^<<$"))]
    starts = set("+-.0123456789~") | {word[0] for word in _WORDS if word} | {""}
    return dict.fromkeys(starts, rules) | {"<": merge}


@cache
def _dumper() -> Any:
    yaml = _yaml()
    base = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    resolvers = {key: list(rules) for key, rules in base.yaml_implicit_resolvers.items()}
    for key, rules in _resolvers().items():
        resolvers[key] = resolvers.get(key, []) + rules
    dumper: Any = type("GoDumper", (base,), {"yaml_implicit_resolvers": resolvers})
    dumper.ignore_aliases = lambda self, data: True
    return dumper


@cache
def _yaml() -> Any:
    import yaml

    return yaml
