"""The functions of sprig that work on maps of strings to anything.

Go walks a map in any order; here it is always that of the keys, so that a template has one text.
"""

from typing import Any

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.sprig.merging import merged
from werfish.gotemplate.sprig.semver.version import Version
from werfish.gotemplate.sprig.text import string_of
from werfish.gotemplate.sprig.versions import VersionValue
from werfish.gotemplate.types import STRING_ANY_MAP
from werfish.gotemplate.values import Map, Slice, strings, type_name, type_of

Dict = dict[str, Any]


def new_dict(*items: Any) -> Dict:
    """Return a map of keys and values by turns; a last key alone has an empty text."""
    padded = [*items, ""] if len(items) % 2 else items
    return {string_of(padded[at]): padded[at + 1] for at in range(0, len(padded), 2)}


def put(target: Dict, key: str, value: Any) -> Dict:
    """Set a key of *target* itself, and return it."""
    target[key] = value
    return target


def remove(target: Dict, key: str) -> Dict:
    """Remove a key of *target* itself, and return it."""
    target.pop(key, None)
    return target


def keys(*sources: Dict) -> list[str]:
    """Return the keys of every map, in order."""
    return strings(key for source in sources for key in sorted(source))


def values(source: Dict) -> list[Any]:
    """Return the values in the order of their keys."""
    return [source[key] for key in sorted(source)]


def pluck(key: str, *sources: Dict) -> list[Any]:
    """Return what *key* is in every map that has it."""
    return [source[key] for source in sources if key in source]


def pick(source: Dict, *names: str) -> Dict:
    """Return a map with only these keys."""
    return {name: source[name] for name in names if name in source}


def omit(source: Dict, *names: str) -> Dict:
    """Return a map without these keys."""
    return {name: value for name, value in source.items() if name not in names}


def dig(*path_default_and_source: Any) -> Any:
    """Follow keys into maps in maps; the default where one is missing."""
    if len(path_default_and_source) < 3:
        raise GoError("dig needs at least three arguments")
    *path, default, source = path_default_and_source
    found: Any = _string_map(source)
    names = [_string(name) for name in path]
    for name in names:
        if name not in _string_map(found):
            return default
        found = found[name]
    return found


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise GoError(_conversion(value, "string"))


def _string_map(value: Any) -> Dict:
    if isinstance(value, dict) and type_of(value) == STRING_ANY_MAP:
        return value
    raise GoError(_conversion(value, STRING_ANY_MAP.name))


def _conversion(value: Any, wanted: str) -> str:
    found = "nil" if value is None else type_name(value)
    return f"interface conversion: interface {{}} is {found}, not {wanted}"


def deep_copy(value: Any) -> Any:
    """Return *value* with its maps and lists copied at every depth.

    A version becomes 0.0.0, since Go's copying does not reach what it holds.
    """
    if value is None:
        raise GoError("reflect: call of reflect.Value.Type on zero Value")
    return _copied(value)


def _copied(value: Any) -> Any:
    if isinstance(value, Map):
        copied = {key: _copied(item) for key, item in value.items()}
        return Map(value.go_type, copied, nil=value.is_nil)
    if isinstance(value, Slice):
        return Slice(value.go_type, map(_copied, value), nil=value.is_nil)
    if isinstance(value, VersionValue):
        return VersionValue(Version(0, 0, 0), pointer=value.pointer)
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _merge(target: Dict, *sources: Dict) -> Dict:
    return merged(target, *sources, overwrite=False)


def _merge_overwrite(target: Dict, *sources: Dict) -> Dict:
    return merged(target, *sources, overwrite=True)


_MAP = "map[string]any"

FUNCTIONS: dict[str, Function] = {
    "dict": function(new_dict, "...any"),
    "get": function(lambda source, key: source.get(key, ""), _MAP, "string"),
    "set": function(put, _MAP, "string", "any"),
    "unset": function(remove, _MAP, "string"),
    "hasKey": function(lambda source, key: key in source, _MAP, "string"),
    "pluck": function(pluck, "string", f"...{_MAP}"),
    "keys": function(keys, f"...{_MAP}"),
    "values": function(values, _MAP),
    "pick": function(pick, _MAP, "...string"),
    "omit": function(omit, _MAP, "...string"),
    "dig": function(dig, "...any"),
    "deepCopy": function(deep_copy, "any"),
    "mustDeepCopy": function(deep_copy, "any"),
    "merge": function(_merge, _MAP, f"...{_MAP}"),
    "mustMerge": function(_merge, _MAP, f"...{_MAP}"),
    "mergeOverwrite": function(_merge_overwrite, _MAP, f"...{_MAP}"),
    "mustMergeOverwrite": function(_merge_overwrite, _MAP, f"...{_MAP}"),
}
"""Everything about maps."""
