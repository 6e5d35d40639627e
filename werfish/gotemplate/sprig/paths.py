"""The functions of sprig about paths with slashes; nothing is looked up on a disk."""

from werfish.gotemplate.signatures import Function, function


def clean(path: str) -> str:
    """Return the shortest path of the same meaning, as Go's ``path.Clean``."""
    rooted = path.startswith("/")
    kept: list[str] = []
    for part in path.split("/"):
        if part == ".." and kept and kept[-1] != "..":
            kept.pop()
        elif part not in ("", ".") and not (part == ".." and rooted):
            kept.append(part)
    return ("/" if rooted else "") + "/".join(kept) or "."


def base(path: str) -> str:
    """Return the last part: ``/`` of slashes only, ``.`` of nothing."""
    if not path:
        return "."
    return path.rstrip("/").rpartition("/")[2] or "/"


def directory(path: str) -> str:
    """Return everything before the last part, cleaned."""
    return clean(path[: path.rfind("/") + 1])


def extension(path: str) -> str:
    """Return what begins with the last dot of the last part."""
    dot, slash = path.rfind("."), path.rfind("/")
    return path[dot:] if dot > slash else ""


_PATHS = {
    "base": base,
    "dir": directory,
    "clean": clean,
    "ext": extension,
    "isAbs": lambda path: path.startswith("/"),
}

FUNCTIONS: dict[str, Function] = {
    **{name: function(call, "string") for name, call in _PATHS.items()},
    **{f"os{name[0].upper()}{name[1:]}": function(call, "string") for name, call in _PATHS.items()},
}
"""``base`` and its like, and ``osBase`` and its like, which are the same on Unix."""
