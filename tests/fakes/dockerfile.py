"""Dockerfiles built in memory: FROM, COPY and RUN of the last stage, on the fake's own images."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from hashlib import sha256

from stages.build_stages import build_stages
from stages.copies import copied_files
from stages.instruction import ContextFile, Instruction
from tests.fakes.image_tree import FILE, FakeImageTree
from werfish.containers.backend import InstructionError, LocalImage
from werfish.containers.context import contents
from werfish.containers.dockerfile import DockerfileFailedError, DockerfileRequest
from werfish.oci.config import ImageConfig

Run = Callable[[FakeImageTree, str], None]


def built(
    request: DockerfileRequest, base: LocalImage, tree: FakeImageTree, run: Run
) -> tuple[ImageConfig, FakeImageTree]:
    """Return what *request* makes of *base* and its *tree*; *run* runs a command on a tree."""
    tree = deepcopy(tree)
    files = {entry.path: b"".join(pieces) for entry, pieces in contents(request.context)}
    for one in build_stages(request.instructions)[-1].instructions:
        if one.name == "COPY":
            _copy(one.args, files, tree)
        elif one.name == "RUN":
            try:
                run(tree, " ".join(one.args))
            except InstructionError as error:
                raise DockerfileFailedError(
                    request, "", instruction=one, code=error.code, tail=error.tail
                ) from error
    content = sha256(repr((tree, request.args)).encode()).hexdigest()
    config = base.config.with_layers((f"sha256:{content}",), "dockerfile")
    return replace(config, created="now"), tree


def _copy(args: tuple[str, ...], files: Mapping[str, bytes], tree: FakeImageTree) -> None:
    known = [ContextFile(path, 0, "") for path in files]
    for source in args[:-1]:
        words = (source, args[-1])
        for file in copied_files(Instruction("COPY", "", args=words), words, known):
            path = _landing(source.strip("/"), file.path, args[-1])
            tree.facts[path] = FILE
            tree.contents[path] = files[file.path]


def _landing(source: str, path: str, target: str) -> str:
    """Return where the file at *path* lands: a folder's content goes into *target*."""
    if path == source:
        return (target + path.rpartition("/")[2] if target.endswith("/") else target).strip("/")
    below = path if source == "." else path.removeprefix(f"{source}/")
    return f"{target.strip('/')}/{below}"
