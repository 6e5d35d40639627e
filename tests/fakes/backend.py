"""A backend in memory: layers are unpacked from their files, a few shell commands really work."""

import gzip
import shlex
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import cast

from stages.image import SCRATCH
from tests.fakes.dockerfile import built
from tests.fakes.image_tree import FILE, FOLDER, FakeImageTree
from tests.fakes.mounts import FakeMounts, mounted
from werfish.containers.backend import (
    BaseImage,
    Executed,
    ImageGoneError,
    InstructionError,
    Layer,
    LocalImage,
    RunningContainer,
    RunRequest,
    TaggedImage,
)
from werfish.containers.docker_pull import UnknownBaseError
from werfish.containers.dockerfile import DockerfileRequest
from werfish.containers.terminal import Terminal
from werfish.errors import BuildError
from werfish.oci.config import ImageConfig, fits, nothing
from werfish.oci.facts import folders_above, resolve
from werfish.oci.image_files import ImageFiles
from werfish.oci.layer import EntryKind, LayerEntry
from werfish.oci.tar import attributes_in


class _Exit(Exception):
    """The script ends with a code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class FakeBackend:
    """Images by id and by tag. *pushed* are the references that were pushed, with their images.

    *shells* are those that were opened, with the paths of their images; *volumes* exist now.
    """

    images: dict[str, LocalImage] = field(default_factory=dict)
    trees: dict[str, FakeImageTree] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    pushed: dict[str, str] = field(default_factory=dict)
    runs: list[RunRequest] = field(default_factory=list)
    shells: list[tuple[RunRequest, tuple[str, ...]]] = field(default_factory=list)
    volumes: set[str] = field(default_factory=set)
    is_local: bool = True
    ahead: set[str] = field(default_factory=set)
    dockerfiles: list[DockerfileRequest] = field(default_factory=list)

    def add(self, reference: str, tree: FakeImageTree, config: ImageConfig) -> LocalImage:
        """Put an image into the backend, as if it had been pulled."""
        return self._keep(config, tree, reference)

    def resolve_base(self, reference: str, platform: str = "") -> BaseImage:
        """Return a known image; there is nothing to pull from. One of an OS is for that."""
        if reference == SCRATCH:
            return BaseImage(self._keep(nothing("linux/amd64"), FakeImageTree({}), ""), "")
        image = self.inspect(reference)
        if image is None or not fits(image.config.platform, platform or image.config.platform):
            raise UnknownBaseError(reference, ["not known"])
        return BaseImage(image, "")

    def pull(self, reference: str, image: LocalImage) -> LocalImage:
        """Return a known image; there is nothing to pull from."""
        if image.id not in self.images:
            raise BuildError(f'pull "{reference}": not known')
        return image

    def inspect(self, reference: str) -> LocalImage | None:
        """Return the image with this tag or id."""
        return self.images.get(self.tags.get(reference, reference))

    def size(self, image: LocalImage) -> int:
        """Return the bytes of all files."""
        tree = self.trees.get(image.id)
        return sum(len(content or b"") for content in tree.contents.values()) if tree else 0

    def assemble(
        self,
        base: LocalImage,
        layers: Sequence[Layer],
        config: ImageConfig,
        tag: str,
        *,
        is_step: bool = False,
        ahead: Sequence[ImageConfig] = (),
    ) -> LocalImage:
        """Unpack *layers* over a copy of the base's files."""
        if base.id not in self.images:
            raise BuildError(f"load image: its base {base.id} is gone")
        self.ahead.update(one.id for one in ahead)
        tree = deepcopy(self.trees[base.id])
        for layer in layers:
            entries, contents = _unpacked(layer)
            tree.apply(entries)
            tree.contents.update(contents)
        return self._keep(config, tree, tag)

    def run(self, request: RunRequest) -> LocalImage:
        """Run the commands on a copy of the base's files."""
        self.runs.append(request)
        tree = deepcopy(self.trees[request.base.id])
        with self._failing(request, tree), mounted(request, tree) as mounts:
            FakeShell(tree, request, mounts).run()
        return self._kept(request, tree)

    def work_in(self, request: RunRequest, work: Callable[[RunningContainer], None]) -> LocalImage:
        """Let *work* use a container with a copy of the base's files."""
        self.runs.append(request)
        tree = deepcopy(self.trees[request.base.id])
        with self._failing(request, tree), mounted(request, tree) as mounts:
            work(FakeContainer(tree, request, mounts))
        return self._kept(request, tree)

    @contextmanager
    def _failing(self, request: RunRequest, tree: FakeImageTree) -> Iterator[None]:
        try:
            yield
        except InstructionError as error:
            if request.keeps_failed:
                config = request.config.with_layers((_diff_id(tree),), "failed")
                error.state = self._keep(config, tree, "")
            raise

    def _kept(self, request: RunRequest, tree: FakeImageTree) -> LocalImage:
        before = self.trees[request.base.id]
        changed = tree.facts != before.facts or tree.contents != before.contents
        layers = (_diff_id(tree),) if changed else ()
        config = request.config.with_layers(layers, "instructions")
        self.ahead.update(one.id for one in request.ahead(config))
        return self._keep(config, tree, request.tag)

    def build_dockerfile(self, request: DockerfileRequest) -> LocalImage:
        """Build the last stage of a Dockerfile on a known image."""
        self.dockerfiles.append(request)
        base = [self.resolve_base(name).image for name in request.bases][-1]

        def run(tree: FakeImageTree, command: str) -> None:
            script = RunRequest(base, (command,), base.config, "", request.origin, request.output)
            FakeShell(tree, script, FakeMounts({})).run()

        config, tree = built(request, base, self.trees[base.id], run)
        return self._keep(config, tree, "")

    @contextmanager
    def tree(self, image: LocalImage) -> Iterator[ImageFiles]:
        """Open the files of *image*."""
        yield self.trees[image.id]

    def tag(self, image: LocalImage, reference: str) -> None:
        """Give *image* one more tag."""
        if image.id not in self.images:
            raise ImageGoneError(image.id, reference)
        self.tags[reference] = image.id

    def untag(self, reference: str) -> None:
        """Remove a tag, and the image if nothing else holds it."""
        image_id = self.tags.pop(reference, None)
        if image_id is not None:
            self.discard(self.images[image_id])

    def discard(self, image: LocalImage) -> None:
        """Remove an image without tags."""
        if image.id not in self.tags.values():
            self.images.pop(image.id, None)
            self.trees.pop(image.id, None)

    def settle(self) -> None:
        """Do nothing: removals are done at once."""

    def tagged(self, repository: str) -> Sequence[TaggedImage]:
        """Return every tag in *repository*."""
        return tuple(
            TaggedImage(tag, image_id, 0.0, self.images[image_id].config.labels)
            for tag, image_id in self.tags.items()
            if tag.startswith(f"{repository}:")
        )

    def sweep(self) -> None:
        """Nothing is ever left behind."""

    def interrupt(self) -> None:
        """Nothing runs for long."""

    def push(self, image: LocalImage, reference: str) -> None:
        """Note what was pushed."""
        self.pushed[reference] = image.id

    def shares_files(self) -> bool:
        """Return what the test says."""
        return self.is_local

    @contextmanager
    def volume(self) -> Iterator[str]:
        """Give a folder of this host, whose path is the name."""
        with tempfile.TemporaryDirectory() as folder:
            self.volumes.add(folder)
            yield folder
        self.volumes.remove(folder)

    def shell(self, request: RunRequest, terminal: Terminal) -> None:
        """Note what the user would have seen, with the paths of the image."""
        self.shells.append((request, tuple(self.trees[request.base.id].facts)))

    def _keep(self, config: ImageConfig, tree: FakeImageTree, tag: str) -> LocalImage:
        image = LocalImage(config.id, config)
        self.images[image.id] = image
        self.trees[image.id] = tree
        if tag:
            self.tags[tag] = image.id
        return image


class FakeContainer:
    """A container that runs ``sh -c LINE`` by the fake shell; programs it has none."""

    def __init__(self, tree: FakeImageTree, request: RunRequest, mounts: FakeMounts) -> None:
        """Work on *tree*, and on this host where it is mounted."""
        self.tree = tree
        self._request = request
        self._mounts = mounts

    def execute(self, arguments: Sequence[str], stdin: bytes = b"") -> Executed:
        """Run a line; ``cat`` reads *stdin* where it is given no file."""
        lines: list[str] = []
        request = replace(self._request, commands=(arguments[-1],), output=lines.append)
        self.tree.contents["dev/stdin"] = stdin
        try:
            FakeShell(self.tree, request, self._mounts).run()
        except InstructionError as error:
            return Executed(error.code, b"", "\n".join(lines).encode())
        finally:
            del self.tree.contents["dev/stdin"]
        return Executed(0, "".join(f"{line}\n" for line in lines).encode(), b"")

    def when_ended(self, notify: Callable[[], None]) -> None:
        """Do nothing: it never ends too early."""


class FakeShell:
    """``echo``, ``cat``, ``rm``, ``mkdir``, ``cd``, ``export``, ``exit`` and redirection."""

    def __init__(self, tree: FakeImageTree, request: RunRequest, mounts: FakeMounts) -> None:
        """Work on *tree*, and on this host where it is mounted."""
        self.tree = tree
        self._mounts = mounts
        self._request = request
        self._folder = ""
        own = cast("Sequence[str]", request.config.runtime.get("Env") or ())
        pairs = (variable.partition("=") for variable in own)
        self._variables = {name: value for name, _, value in pairs} | dict(request.env)
        self._tail: list[str] = []

    def run(self) -> None:
        """Run every command; `InstructionError` at the first that fails."""
        for number, command in enumerate(self._request.commands, start=1):
            try:
                for words in _simple_commands(command):
                    self._one([self._expanded(word) for word in words])
            except _Exit as end:
                if end.code:
                    origin = self._request.origin
                    raise InstructionError(origin, end.code, self._tail, number) from end
                return

    def _one(self, words: list[str]) -> None:
        commands: Mapping[str, Callable[[list[str]], None]] = {
            "echo": self._echo,
            "cat": self._cat,
            "rm": self._remove,
            "mkdir": self._make_folder,
            "cd": self._change_folder,
            "export": self._export,
            "exit": self._exit,
        }
        if words[0] not in commands:
            self._print(f"{words[0]}: not found")
            raise _Exit(127)
        commands[words[0]](words[1:])

    def _echo(self, words: list[str]) -> None:
        if ">" not in words:
            self._print(" ".join(words))
            return
        self._write(words[-1], (" ".join(words[: words.index(">")]) + "\n").encode())

    def _cat(self, words: list[str]) -> None:
        sources, _, target = " ".join(["", *words]).partition(" > ")
        content = b"".join(self._content(word) for word in sources.split() or ["/dev/stdin"])
        if target:
            self._write(target, content)
            return
        for line in content.decode().splitlines():
            self._print(line)

    def _write(self, word: str, content: bytes) -> None:
        path = self._path(word)
        host = self._mounts(path)
        if host is not None:
            host.write_bytes(content)
            return
        self.tree.facts[path] = FILE
        self.tree.contents[path] = content

    def _content(self, word: str) -> bytes:
        host = self._mounts(self._path(word))
        content = self.tree.contents.get(self._path(word)) if host is None else _read(host)
        if content is None:
            self._print(f"cat: {word}: no such file")
            raise _Exit(1)
        return content

    def _remove(self, words: list[str]) -> None:
        for word in words:
            self.tree.apply([LayerEntry(self._path(word), EntryKind.WHITEOUT)])

    def _make_folder(self, words: list[str]) -> None:
        path = self._path(words[-1])
        for folder in (*folders_above(path), path):
            self.tree.facts.setdefault(folder, FOLDER)

    def _change_folder(self, words: list[str]) -> None:
        self._folder = self._path(words[0])

    def _export(self, words: list[str]) -> None:
        for word in words:
            name, _, value = word.partition("=")
            self._variables[name] = value

    def _exit(self, words: list[str]) -> None:
        raise _Exit(int(words[0]))

    def _path(self, word: str) -> str:
        return resolve(word if word.startswith("/") else f"{self._folder}/{word}", self.tree)

    def _expanded(self, word: str) -> str:
        for name, value in self._variables.items():
            word = word.replace(f"${name}", value)
        return word

    def _print(self, line: str) -> None:
        self._tail.append(line)
        self._request.output(line)


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _diff_id(tree: FakeImageTree) -> str:
    return f"sha256:{sha256(repr(tree).encode()).hexdigest()}"


def _simple_commands(text: str) -> Iterator[list[str]]:
    words: list[str] = []
    for word in shlex.split(text):
        if word == "&&":
            yield words
            words = []
        else:
            words.append(word)
    if words:
        yield words


def _unpacked(layer: Layer) -> tuple[list[LayerEntry], dict[str, bytes]]:
    entries, contents = [], {}
    with gzip.open(layer.path) as file, tarfile.open(fileobj=file) as archive:
        for member in archive:
            entry = _entry(member)
            entries.append(entry)
            content = archive.extractfile(member) if entry.kind is EntryKind.FILE else None
            if content is not None:
                contents[entry.path] = content.read()
    return entries, contents


def _entry(member: tarfile.TarInfo) -> LayerEntry:
    folder, slash, name = member.name.rpartition("/")
    if name.startswith(".wh."):
        return LayerEntry(f"{folder}{slash}{name.removeprefix('.wh.')}", EntryKind.WHITEOUT)
    kind = EntryKind.FILE
    if member.isdir():
        kind = EntryKind.DIRECTORY
    elif member.issym():
        kind = EntryKind.SYMLINK
    elif member.islnk():
        kind = EntryKind.HARDLINK
    return LayerEntry(
        member.name,
        kind,
        member.mode,
        member.uid,
        member.gid,
        int(member.mtime),
        link=member.linkname,
        attributes=attributes_in(member.pax_headers),
    )
