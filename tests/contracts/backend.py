"""What holds for every backend: run on the fake here, on a real daemon from integration/."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.containers.dockerfiles import Asked
from werfish.containers.backend import (
    WORK_FOLDER,
    Backend,
    ContainerMount,
    Executed,
    InstructionError,
    LocalImage,
    RunningContainer,
    RunRequest,
)
from werfish.containers.dockerfile import DockerfileFailedError
from werfish.errors import BuildError
from werfish.oci.config import ImageConfig
from werfish.oci.facts import Fact, resolve
from werfish.oci.image_files import ImageFile
from werfish.oci.layer import EntryKind, LayerEntry
from werfish.storage.blobs import BlobStore

FOLDER, FILE = EntryKind.DIRECTORY, EntryKind.FILE
LINK, WHITEOUT = EntryKind.SYMLINK, EntryKind.WHITEOUT
TIME = 1_700_000_000
CAPABILITY = bytes.fromhex("0100000200040000000000000000000000000000")


def contents(sources: Sequence[str]) -> Iterable[tuple[int, Iterable[bytes]]]:
    """Give each source its own name and a newline as content."""
    for source in sources:
        raw = f"{source}\n".encode()
        yield len(raw), (raw,)


def config_on(base: ImageConfig, **labels: str) -> ImageConfig:
    """Return the base's configuration with *labels*, and a time that does not depend on a clock."""
    runtime = {**base.runtime, "Labels": {**base.labels, **labels}}
    return replace(base, created="2023-11-14T22:13:20Z", runtime=runtime)


class DockerfileContract:
    """The laws of building Dockerfiles, on the fixtures of `BackendContract`."""

    def test_a_dockerfile_becomes_an_image_without_a_tag(
        self, backend: Backend, base: LocalImage, repository: str
    ) -> None:
        backend.tag(base, f"{repository}:from")
        text = f"FROM {repository}:from\nCOPY src/ /app\nCOPY src/a /a\nRUN echo ran > /ran\n"
        asked = Asked(text, files={"src/a": "1", "src/d/b": "2", "other": "3"})
        image = backend.build_dockerfile(asked.request)
        with backend.tree(image) as tree:
            paths = ["app/a", "app/d/b", "a", "ran", "other"]
            found = [tree.read(path) for path in paths]
        assert found == [b"1", b"2", b"1", b"ran\n", None]
        assert image.config.diff_ids[: len(base.config.diff_ids)] == base.config.diff_ids
        assert not set(image.config.labels) - set(base.config.labels)
        backend.discard(image)
        backend.settle()
        assert backend.inspect(image.id) is None

    def test_a_dockerfile_that_fails_says_where(
        self, backend: Backend, base: LocalImage, repository: str
    ) -> None:
        backend.tag(base, f"{repository}:from")
        text = f"FROM {repository}:from\n\nRUN echo said\nRUN echo last && exit 7\nRUN true\n"
        asked = Asked(text)
        with pytest.raises(DockerfileFailedError) as caught:
            backend.build_dockerfile(asked.request)
        assert (caught.value.line, caught.value.code, caught.value.tail) == (4, 7, ("last",))
        assert any("said" in line for line in asked.lines)


class BackendContract(DockerfileContract):
    """The laws; a subclass has the fixtures *backend*, *base*, *blobs* and *repository*.

    *base* has bash, ``/etc/passwd``, ``usr/bin`` and ``bin -> usr/bin``. *repository* is a name for
    tags of this test alone.
    """

    @pytest.fixture
    def put(
        self, backend: Backend, base: LocalImage, blobs: BlobStore
    ) -> Callable[..., LocalImage]:
        """Return a function that puts entries on an image, by default on the base."""

        def put_layer(*entries: LayerEntry, on: LocalImage = base, tag: str = "") -> LocalImage:
            layer = blobs.write(entries, contents)
            config = config_on(on.config).with_layers((layer.diff_id,), "test")
            return backend.assemble(on, (layer,), config, tag)

        return put_layer

    def test_the_id_of_an_image_is_that_of_its_configuration(
        self, backend: Backend, put: Callable[..., LocalImage], repository: str
    ) -> None:
        image = put(LayerEntry("file", FILE, source="a"), tag=f"{repository}:one")
        assert image.id == image.config.id
        assert backend.inspect(f"{repository}:one") == image
        assert backend.inspect(image.id) == image

    def test_files_have_a_size(
        self, backend: Backend, base: LocalImage, put: Callable[..., LocalImage], repository: str
    ) -> None:
        image = put(LayerEntry("file", FILE, source="a" * 5000), tag=f"{repository}:one")
        assert backend.size(image) >= backend.size(base) + 5000

    def test_the_same_again_is_the_same_image(self, put: Callable[..., LocalImage]) -> None:
        entries = (LayerEntry("d", FOLDER, mtime=TIME), LayerEntry("d/f", FILE, source="x"))
        assert put(*entries) == put(*entries)

    def test_settings_alone_make_an_image(
        self, backend: Backend, base: LocalImage, repository: str
    ) -> None:
        config = config_on(base.config, colour="green").with_layers((), "test")
        image = backend.assemble(base, (), config, f"{repository}:labels")
        found = backend.inspect(f"{repository}:labels")
        assert found == image
        assert found.config.labels["colour"] == "green"

    def test_files_have_what_their_entries_say(
        self, backend: Backend, put: Callable[..., LocalImage]
    ) -> None:
        image = put(
            LayerEntry("app", FOLDER, mode=0o750, uid=7, gid=8, mtime=TIME),
            LayerEntry("app/run", FILE, mode=0o4755, uid=1500, gid=1501, mtime=TIME, source="x"),
            LayerEntry("app/l", LINK, link="../usr/bin", mtime=TIME),
        )
        with backend.tree(image) as tree:
            assert tree.lookup("app") == Fact(FOLDER, 0o750, 7, 8, TIME)
            assert tree.lookup("app/run") == Fact(FILE, 0o4755, 1500, 1501, TIME)
            assert tree.lookup("app/l") == Fact(LINK, 0o777, 0, 0, TIME, "../usr/bin")
            assert tree.read("app/run") == b"x\n"
            assert list(tree.names_below("app")) == ["app/l", "app/run"]

    def test_files_are_streamed_as_they_are(
        self, backend: Backend, put: Callable[..., LocalImage]
    ) -> None:
        """Folders first, names in order; the first name of a file has the content."""
        capable = (("security.capability", CAPABILITY),)
        image = put(
            LayerEntry("app", FOLDER, mode=0o1777, uid=7, gid=8, mtime=TIME),
            LayerEntry("app/d", FOLDER, mode=0o2755, mtime=TIME),
            LayerEntry("app/d/run", FILE, 0o4755, 5, 6, TIME, source="x", attributes=capable),
            LayerEntry("app/d!", FILE, 0o600, mtime=TIME),
            LayerEntry(
                *("app/e", EntryKind.HARDLINK, 0o4755, 5, 6, TIME),
                link="app/d/run",
                attributes=capable,
            ),
            LayerEntry("app/l", LINK, link="d", mtime=TIME),
        )
        run = Fact(FILE, 0o4755, 5, 6, TIME)
        with backend.tree(image) as tree:
            streamed = [(file, b"".join(file.content)) for file in tree.stream("app")]
            [(one, content)] = [(file, b"".join(file.content)) for file in tree.stream("app/e")]
            assert [file.path for file in tree.stream("app/l")] == [""]
            assert list(tree.stream("app/none")) == []
        assert streamed == [
            (ImageFile("", Fact(FOLDER, 0o1777, 7, 8, TIME)), b""),
            (ImageFile("d", Fact(FOLDER, 0o2755, 0, 0, TIME)), b""),
            (ImageFile("d/run", run, attributes=capable), b"x\n"),
            (ImageFile("d!", Fact(FILE, 0o600, 0, 0, TIME)), b""),
            (ImageFile("e", run, same_as="d/run", attributes=capable), b""),
            (ImageFile("l", Fact(LINK, 0o777, 0, 0, TIME, "d")), b""),
        ]
        assert (one, content) == (ImageFile("", run, attributes=capable), b"x\n")

    def test_what_an_engine_makes_is_not_streamed(self, backend: Backend, base: LocalImage) -> None:
        with backend.tree(base) as tree:
            names = {file.path for file in tree.stream("")}
        assert {"", "etc/passwd", "usr/bin"} <= names
        assert names.isdisjoint({".dockerenv", "etc/hostname", "etc/hosts", "dev/console"})

    def test_odd_names_survive(self, backend: Backend, put: Callable[..., LocalImage]) -> None:
        names = ["with space", "new\nline", "ü" * 50, "x" * 120, "\udcff\udcfe"]
        image = put(
            LayerEntry("odd", FOLDER, mtime=TIME),
            *(LayerEntry(f"odd/{name}", FILE, mtime=TIME, source="x") for name in names),
        )
        with backend.tree(image) as tree:
            assert list(tree.names_below("odd")) == sorted(f"odd/{name}" for name in names)

    def test_whiteouts_remove_files_and_folders(
        self, backend: Backend, put: Callable[..., LocalImage]
    ) -> None:
        below = put(
            LayerEntry("d", FOLDER),
            LayerEntry("d/sub", FOLDER),
            LayerEntry("d/sub/f", FILE, source="x"),
            LayerEntry("d/file", FILE, source="x"),
            LayerEntry("d/kept", FILE, source="x"),
        )
        image = put(
            LayerEntry("d", FOLDER),
            LayerEntry("d/sub", WHITEOUT),
            LayerEntry("d/file", WHITEOUT),
            on=below,
        )
        with backend.tree(image) as tree:
            assert tree.lookup("d/sub") is None
            assert tree.lookup("d/sub/f") is None
            assert list(tree.names_below("d")) == ["d/kept"]

    def test_parents_that_are_written_again_stay_as_they_were(
        self, backend: Backend, put: Callable[..., LocalImage]
    ) -> None:
        home = LayerEntry("home", FOLDER, mtime=TIME)
        private = LayerEntry("home/app", FOLDER, mode=0o700, uid=1500, gid=1500, mtime=TIME)
        below = put(home, private)
        image = put(home, private, LayerEntry("home/app/f", FILE, source="x"), on=below)
        with backend.tree(image) as tree:
            assert tree.lookup("home/app") == Fact(FOLDER, 0o700, 1500, 1500, TIME)

    def test_a_link_above_a_file_survives(
        self, backend: Backend, base: LocalImage, put: Callable[..., LocalImage]
    ) -> None:
        with backend.tree(base) as tree:
            path = resolve("bin/our-tool", tree)
        assert path == "usr/bin/our-tool"
        image = put(
            LayerEntry("usr", FOLDER), LayerEntry("usr/bin", FOLDER), LayerEntry(path, FILE)
        )
        with backend.tree(image) as tree:
            link = tree.lookup("bin")
            assert link is not None
            assert link.kind is LINK
            assert tree.lookup("usr/bin/our-tool") is not None

    def test_instructions_become_a_layer_on_top(
        self, backend: Backend, base: LocalImage, repository: str
    ) -> None:
        lines: list[str] = []
        request = request_for(base, "mkdir -p /out", "echo made > /out/file", "rm /etc/passwd")
        image = backend.run(replace(request, tag=f"{repository}:run", output=lines.append))
        assert image.config.diff_ids[:-1] == base.config.diff_ids
        assert image.config.runtime == request.config.runtime
        assert backend.inspect(f"{repository}:run") == image
        with backend.tree(image) as tree:
            assert tree.read("out/file") == b"made\n"
            assert tree.lookup("etc/passwd") is None
            assert tree.lookup("usr/bin") is not None

    def test_folder_and_variables_persist_between_commands(
        self, backend: Backend, base: LocalImage
    ) -> None:
        lines: list[str] = []
        request = request_for(
            base, "mkdir -p /a && cd /a", "export X=1", "echo $X$Y > file", "cat /a/file"
        )
        image = backend.run(replace(request, env={"Y": "2"}, output=lines.append))
        assert lines == ["12"]
        backend.discard(image)

    def test_a_failing_command_is_known(self, backend: Backend, base: LocalImage) -> None:
        request = request_for(base, "echo one", "echo two && exit 7", "echo three")
        with pytest.raises(InstructionError) as caught:
            backend.run(request)
        assert (caught.value.code, caught.value.failed_at) == (7, 2)
        assert caught.value.tail == ("one", "two")

    def test_what_was_done_in_a_container_becomes_a_layer(
        self, backend: Backend, base: LocalImage, repository: str
    ) -> None:
        request = replace(request_for(base), tag=f"{repository}:work", env={"Y": "2"})
        ended: list[Executed] = []

        def work(container: RunningContainer) -> None:
            for line, stdin in (("cat > /file", b"in\n"), ("cat /file", b""), ("echo $Y", b"")):
                ended.append(container.execute(("/bin/sh", "-c", line), stdin))

        image = backend.work_in(request, work)
        assert ended == [Executed(0, b"", b""), Executed(0, b"in\n", b""), Executed(0, b"2\n", b"")]
        assert image.config.runtime == request.config.runtime
        assert backend.inspect(f"{repository}:work") == image
        with backend.tree(image) as tree:
            assert tree.read("file") == b"in\n"
            assert tree.lookup(WORK_FOLDER.strip("/")) is None

    def test_a_program_in_a_container_may_fail(self, backend: Backend, base: LocalImage) -> None:
        codes: list[int] = []

        def work(container: RunningContainer) -> None:
            codes.append(container.execute(("/bin/sh", "-c", "exit 7")).code)
            codes.append(container.execute(("/bin/sh", "-c", "no-such-program")).code)

        backend.discard(backend.work_in(request_for(base), work))
        assert codes == [7, 127]

    def test_work_that_fails_keeps_nothing(self, backend: Backend, base: LocalImage) -> None:
        def work(container: RunningContainer) -> None:
            raise BuildError("the work failed")

        with pytest.raises(BuildError, match="the work failed"):
            backend.work_in(request_for(base), work)

    def test_instructions_that_change_nothing_still_make_an_image(
        self, backend: Backend, base: LocalImage, repository: str
    ) -> None:
        image = backend.run(replace(request_for(base, "echo hi"), tag=f"{repository}:same"))
        with backend.tree(image) as tree:
            assert tree.lookup("etc/passwd") is not None

    def test_accounts_can_be_read(self, backend: Backend, base: LocalImage) -> None:
        with backend.tree(base) as tree:
            assert (tree.read("etc/passwd") or b"").startswith(b"root:x:0:0:")
            assert tree.read("etc") is None
            assert tree.read("etc/none") is None

    def test_a_base_that_is_nowhere_is_an_error(self, backend: Backend) -> None:
        with pytest.raises(BuildError, match="no-such-image"):
            backend.resolve_base("localhost:1/no-such-image:none")

    def test_what_is_not_there_is_none(self, backend: Backend, repository: str) -> None:
        assert backend.inspect(f"{repository}:none") is None
        backend.untag(f"{repository}:none")

    def test_the_last_tag_takes_the_image_along(
        self, backend: Backend, put: Callable[..., LocalImage], repository: str
    ) -> None:
        image = put(LayerEntry("tagged", FILE), tag=f"{repository}:a")
        backend.tag(image, f"{repository}:b")
        backend.discard(image)
        backend.untag(f"{repository}:a")
        assert backend.inspect(f"{repository}:b") == image
        backend.untag(f"{repository}:b")
        assert backend.inspect(image.id) is None

    def test_tags_are_listed_with_labels(
        self, backend: Backend, base: LocalImage, repository: str
    ) -> None:
        config = config_on(base.config, colour="blue").with_layers((), "test")
        image = backend.assemble(base, (), config, f"{repository}:listed")
        listed = {tagged.reference: tagged for tagged in backend.tagged(repository)}
        assert listed[f"{repository}:listed"].image_id == image.id
        assert listed[f"{repository}:listed"].labels["colour"] == "blue"

    def test_a_folder_of_the_host_is_seen_and_not_kept(
        self, backend: Backend, base: LocalImage, tmp_path: Path
    ) -> None:
        (tmp_path / "in").write_text("from the host")
        mount = ContainerMount("/new/place", source=tmp_path)
        request = request_for(base, "cat /new/place/in > /result", "echo back > /new/place/out")
        image = backend.run(replace(request, mounts=(mount,)))
        assert (tmp_path / "out").read_text() == "back\n"
        with backend.tree(image) as tree:
            assert tree.read("result") == b"from the host"
            assert list(tree.names_below("new")) == ["new/place"]
        backend.discard(image)

    def test_what_a_mount_hides_is_as_it_was(
        self, backend: Backend, base: LocalImage, tmp_path: Path
    ) -> None:
        mount = ContainerMount("/etc", source=tmp_path)
        request = request_for(base, "echo mine > /etc/passwd", "echo 1 > /made")
        image = backend.run(replace(request, mounts=(mount,)))
        with backend.tree(image) as tree, backend.tree(base) as before:
            assert tree.read("etc/passwd") == before.read("etc/passwd")
            assert tree.lookup("etc") == before.lookup("etc")
        backend.discard(image)

    def test_a_volume_is_shared_and_begins_empty(self, backend: Backend, base: LocalImage) -> None:
        lines: list[str] = []
        with backend.volume() as name, backend.volume() as other:
            assert name != other
            mounts = (ContainerMount("/etc", volume=name), ContainerMount("/more", volume=other))
            write = replace(request_for(base, "echo kept > /etc/file"), mounts=mounts)
            read = replace(request_for(base, "cat /etc/file"), mounts=mounts, output=lines.append)
            for request in (write, read):
                backend.discard(backend.run(request))
            absent = replace(request_for(base, "cat /etc/passwd"), mounts=mounts)
            with pytest.raises(InstructionError):
                backend.run(absent)
        assert lines == ["kept"]

    def test_secrets_are_files_while_commands_run(self, backend: Backend, base: LocalImage) -> None:
        secrets = {"one": b"first\n", "it's": bytes(range(32, 256)) + b"\n"}
        request = request_for(base, 'cat /run/secrets/one "/run/secrets/it\'s" > /copy')
        image = backend.run(replace(request, secrets=secrets))
        with backend.tree(image) as tree:
            assert tree.read("copy") == b"".join(secrets.values())
            assert list(tree.names_below("run/secrets")) == []
        backend.discard(image)

    def test_work_in_a_container_sees_mounts_and_secrets(
        self, backend: Backend, base: LocalImage, tmp_path: Path
    ) -> None:
        (tmp_path / "in").write_text("mounted")
        seen: list[bytes] = []

        def work(container: RunningContainer) -> None:
            for path in ("/given/in", "/run/secrets/one"):
                seen.append(container.execute(["sh", "-c", f"cat {path}"]).stdout.strip())

        request = replace(
            request_for(base),
            mounts=(ContainerMount("/given", source=tmp_path),),
            secrets={"one": b"secret"},
        )
        backend.discard(backend.work_in(request, work))
        assert seen == [b"mounted", b"secret"]

    def test_the_state_after_a_failure_can_be_kept(
        self, backend: Backend, base: LocalImage
    ) -> None:
        request = request_for(base, "echo done > /half", "exit 3")
        with pytest.raises(InstructionError) as caught:
            backend.run(request)
        assert caught.value.state is None
        with pytest.raises(InstructionError) as caught:
            backend.run(replace(request, keeps_failed=True))
        state = caught.value.state
        assert state is not None
        lines: list[str] = []
        look = replace(request_for(base, "cat /half"), base=state, output=lines.append)
        backend.discard(backend.run(look))
        assert lines == ["done"]
        backend.discard(state)

    def test_what_was_made_ahead_is_there_when_it_is_asked_for(
        self, backend: Backend, base: LocalImage
    ) -> None:
        first = config_on(base.config)
        second = replace(first, created="2026-01-02T00:00:00Z")
        below = backend.assemble(base, (), first, "", ahead=[second])
        image = backend.assemble(below, (), second, "")
        assert image == LocalImage(second.id, second)
        assert backend.inspect(image.id) is not None
        backend.discard(image)
        backend.discard(below)

    def test_files_can_be_shared(self, backend: Backend) -> None:
        assert backend.shares_files()

    def test_a_step_on_the_way_can_be_discarded(self, backend: Backend, base: LocalImage) -> None:
        config = config_on(base.config)
        image = backend.assemble(base, (), config, "", is_step=True)
        backend.discard(image)
        backend.discard(image)
        backend.settle()
        assert backend.inspect(image.id) is None


def request_for(base: LocalImage, *commands: str) -> RunRequest:
    """Return a request to run *commands* on *base*, with its settings."""
    return RunRequest(
        base=base,
        commands=commands,
        config=config_on(base.config),
        tag="",
        origin="app/install",
        output=lambda _: None,
    )
