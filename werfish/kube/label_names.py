"""What the API server takes for names of labels and annotations, and for values of labels."""

import re

_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_PREFIX = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_LONGEST_PREFIX = 253


def name_problem(name: str) -> str:
    """Say why *name* cannot be that of a label or an annotation; nothing if it can."""
    prefix, slash, rest = name.rpartition("/")
    is_prefixed = _PREFIX.fullmatch(prefix) and len(prefix) <= _LONGEST_PREFIX
    if _NAME.fullmatch(rest) and (is_prefixed or not slash):
        return ""
    return f'"{name}" is no name: write up to 63 of A-Z a-z 0-9 - _ . after a domain and a slash'


def value_problem(value: str) -> str:
    """Say why *value* cannot be that of a label; nothing if it can."""
    if not value or _NAME.fullmatch(value):
        return ""
    return f'"{value}" is no value of a label: write up to 63 of A-Z a-z 0-9 - _ .'
