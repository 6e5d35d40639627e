"""Values over values, as Helm puts them: only maps are merged, lists are replaced. Pure."""

from collections.abc import Mapping
from typing import Any

Values = dict[str, Any]


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> Values:
    """Return *below* with *above* over it."""
    result = dict(below)
    for key, value in above.items():
        current = result.get(key)
        if isinstance(current, Mapping) and isinstance(value, Mapping):
            result[key] = merged(current, value)
        else:
            result[key] = value
    return result
