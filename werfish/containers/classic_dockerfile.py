"""The Dockerfile as the classic builder gets it.

Its steps are containers and images of the daemon. So that those of a killed build are found, each
FROM is followed by a LABEL. The daemon takes the file away again by ``.dockerignore``, so that the
image does not have it; a ``.dockerignore`` that the image has therefore gains a line.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from stages.instruction import Instruction
from werfish.containers.context import contents
from werfish.containers.dockerfile import DockerfileRequest

HIDDEN = ".werfish.dockerfile"
_IGNORE = ".dockerignore"


def added_files(request: DockerfileRequest, labels: Mapping[str, str]) -> dict[str, bytes]:
    """Return what the context gets beside its own files: `HIDDEN`, and what makes it so."""
    text = request.text.decode("utf-8", "surrogateescape")
    dockerfile = labelled(text, request.instructions, labels).encode("utf-8", "surrogateescape")
    return {HIDDEN: dockerfile, _IGNORE: _ignore(request)}


def labelled(text: str, instructions: Sequence[Instruction], labels: Mapping[str, str]) -> str:
    """Return the Dockerfile *text* with a LABEL after each FROM."""
    label = "LABEL " + " ".join(f'"{key}"="{value}"' for key, value in labels.items())
    after = {one.last_line for one in instructions if one.name == "FROM"}
    lines: list[str] = []
    for number, line in enumerate(re.findall(r"[^\n]*\n|[^\n]+$", text), start=1):
        lines.append(line if line.endswith("\n") else f"{line}\n")
        if number in after:
            lines.append(f"{label}\n")
    return "".join(lines)


def _ignore(request: DockerfileRequest) -> bytes:
    own = tuple(one for one in request.context.entries if one.path == _IGNORE)
    if not own:
        return f"{HIDDEN}\n{_IGNORE}\n".encode()
    read = contents(replace(request.context, entries=own))
    content = b"".join(piece for _, pieces in read for piece in pieces)
    return content.rstrip(b"\n") + f"\n{HIDDEN}\n".encode()
