"""Why a stage is built again, in the user's words."""

from collections.abc import Sequence

from stages.digest import Part
from stages.explain_instructions import INSTRUCTION_KINDS, changed_instructions
from stages.stage import BRINGS_GIT, Stage, StageName

MOST_NAMES = 3


def explain(stage: Stage, before: Sequence[Part] | None) -> str:
    """Say which of the parts that *stage* depends on differ.

    *before* are the parts of the stage as it was last built or used, ``None`` where it never was.
    """
    after = stage.parts
    if before is None:
        files = [
            f"file {_readable(part.name)} {_patched([part.value])}"
            for part in after
            if part.kind == "changed"
        ]
        return f"{stage.title}: {_listed(files) if files else 'never built before'}"
    old, new = _by_name(before), _by_name(after)
    changed = [
        key
        for key in [*new, *(key for key in old if key not in new)]
        if old.get(key) != new.get(key)
    ]
    own = [key for key in changed if key[0] not in ("previous", "commit", *INSTRUCTION_KINDS)]
    said = changed_instructions(before, after) if stage.name is StageName.DOCKERFILE else []
    whole = {key for key in own if key not in old or key not in new}
    own = [key for key in own if (_WHOLES.get(key[0], ""), key[1]) not in whole]
    said += [_said(key, old.get(key, []), new.get(key, [])) for key in own]
    if said:
        return f"{stage.title}: {_listed(said)}"
    if any(kind == "previous" for kind, _ in changed):
        previous = next(key[1] for key in changed if key[0] == "previous" and key in new)
        return f"{stage.title}: the stage before it, {previous}, was built again"
    if changed:
        return f"{stage.title}: the stage before it holds another commit"
    if stage.name in BRINGS_GIT:
        return f"{stage.title}: nothing changed, but the storage holds none that fits this commit"
    return f"{stage.title}: nothing changed, but the storage does not have it"


_WHOLES = {
    "includePaths": "mapping",
    "excludePaths": "mapping",
    "owner": "mapping",
    "importedImage": "import",
    "importedReference": "import",
    "importPaths": "import",
    "importOwner": "import",
}
"""What parts belong to: where that is new or gone, it alone is told."""


def _by_name(parts: Sequence[Part]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for part in parts:
        found.setdefault((part.kind, part.name), []).append(part.value)
    return found


_NOUNS = {
    "file": "file {}",
    "command": "command {}",
    "base": "base image",
    "dependencies": "stageDependencies of {}",
    "mapping": "git {}",
    "includePaths": "git {}: includePaths",
    "excludePaths": "git {}: excludePaths",
    "owner": "git {}: owner",
    "emptySubmodule": "empty submodule {}",
    "baseDigest": "what the base image {} stands for",
    "baseImage": "the image {} that it is built from",
    "importedImage": "what is imported, {},",
    "importedReference": "the image imported from, {},",
    "import": "import {}",
    "importPaths": "import {}: paths",
    "importOwner": "import {}: owner",
    "dependency": "the image {} that it depends on",
    "fact": "dependency {}",
    "manifestFact": "dependency {}",
    "toldPlace": "the place of the image {} that it depends on",
    "task": "task {}",
    "mount": "mount {}",
    "secret": "secret {}",
    "setting": "{}",
}


def _said(key: tuple[str, str], was: list[str], now: list[str]) -> str:
    kind, name = key[0], _readable(key[1])
    if kind == "patchSize":
        return "the patch grew"
    if kind == "changed":
        return f"file {name} {_patched(now)}"
    verb = "changed" if was and now else ("added" if now else "removed")
    noun = _NOUNS[kind].format(name) if kind in _NOUNS else f"{kind} {name}".strip()
    return f"{noun} {verb}"


def _readable(name: str) -> str:
    r"""Return *name* with the bytes of what cannot be printed written out, so that it is one line.

    >>> _readable("a\nb\udcff")
    'a\\x0ab\\xff'
    """
    if name.isprintable():
        return name
    return "".join(letter if letter.isprintable() else _bytes(letter) for letter in name)


def _bytes(letter: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in letter.encode("utf-8", "surrogateescape"))


def _patched(now: list[str]) -> str:
    if not now:
        return "is again as in the stages before"
    return "removed" if all(value.endswith(" removed") for value in now) else "changed"


def _listed(reasons: list[str]) -> str:
    more = len(reasons) - MOST_NAMES
    shown = ", ".join(reasons[:MOST_NAMES])
    return f"{shown} and {more} more" if more > 0 else shown
