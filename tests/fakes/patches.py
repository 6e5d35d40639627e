"""JSON merge patches (RFC 7386) and JSON patches (RFC 6902), as an API server applies them."""

import copy
from collections.abc import Mapping
from typing import Any


def merged(target: Any, patch: Any) -> Any:
    """Return *target* after the merge patch *patch*."""
    if not isinstance(patch, Mapping):
        return copy.deepcopy(patch)
    result = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def json_patched(target: Any, operations: Any) -> Any:
    """Return *target* after ``add``, ``remove``, ``replace`` and ``test`` operations."""
    result = copy.deepcopy(target)
    for operation in operations:
        *parents, last = [
            part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:]
        ]
        holder = result
        for part in parents:
            holder = holder[int(part)] if isinstance(holder, list) else holder[part]
        _apply(holder, last, operation)
    return result


def _apply(holder: Any, last: str, operation: Mapping[str, Any]) -> None:
    is_list = isinstance(holder, list)
    key: Any = (len(holder) if last == "-" else int(last)) if is_list else last
    match operation["op"]:
        case "add" if is_list:
            holder.insert(key, operation["value"])
        case "add" | "replace":
            holder[key] = operation["value"]
        case "remove":
            del holder[key]
        case "test":
            assert holder[key] == operation["value"]
        case other:
            raise AssertionError(f"the fake applies no {other}")
