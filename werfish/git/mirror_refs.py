"""How refs of remote repositories are written: by us, by git, and in our copies. Pure.

A ref of ours is ``branch:NAME``, ``tag:NAME`` or ``commit:ID``.
"""

from hashlib import sha256


def name_of(ref: str) -> str:
    """Return the name of the branch or tag, or the id of the commit."""
    return ref.partition(":")[2]


def full_name(ref: str) -> str:
    """Return the full name of the branch or tag, as git has it."""
    kind, _, name = ref.partition(":")
    return f"refs/heads/{name}" if kind == "branch" else f"refs/tags/{name}"


def kept_as(ref: str) -> str:
    """Return the copy's own name of *ref*: flat, since ``a`` may become ``a/b`` one day."""
    return f"refs/werfish/{sha256(ref.encode('utf-8', 'surrogateescape')).hexdigest()}"


def refspec(source: str, ref: str) -> str:
    """Return what makes git fetch *source*, a full name or an id, as *ref* of a copy."""
    return f"+{source}:{kept_as(ref)}"
