"""What holds for every backend that runs instructions: containers, mounts, secrets."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.contracts.backend_layers import config_on
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
from werfish.errors import BuildError


class RunContract:
    """The laws of running, on the fixtures of `BackendContract`."""

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
