"""Instructions that run in real containers."""

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from integration.kit.api import Endpoints
from tests.contracts.backend_runs import request_for
from werfish.containers.backend import InstructionError, LocalImage
from werfish.containers.shells import NoShellError
from werfish.oci.layer import EntryKind, LayerEntry

if TYPE_CHECKING:
    from docker import APIClient

from integration.docker_backend.host import Host, host_at, layer_on, leftovers, seen_by_the_image


def test_no_trace_of_the_script(api: "APIClient", host: Host, base: LocalImage) -> None:
    """Neither layer, configuration nor arguments of a process hold it."""
    command = "echo topsecret > /dev/null; cat /proc/1/cmdline /proc/1/environ; ls -A /dev"
    lines = seen_by_the_image(api, host, base, command)
    assert "topsecret" not in "".join(lines)
    image = host.backend.run(request_for(base, "echo topsecret > /dev/null"))
    assert image.config.diff_ids == base.config.diff_ids
    assert "topsecret" not in json.dumps(api.inspect_image(image.id))  # type: ignore[no-untyped-call]
    assert "topsecret" not in json.dumps(api.history(image.id))  # type: ignore[no-untyped-call]


def test_output_arrives_in_lines_as_it_is_written(
    api: "APIClient", host: Host, base: LocalImage
) -> None:
    command = "printf 'no newline'; printf '1%%\\r50%%\\r100%%\\n' >&2; read x || echo no input"
    lines = seen_by_the_image(api, host, base, command)
    assert sorted(lines) == ["100%", "no inputno newline"] or sorted(lines) == [
        "100%",
        "no newlineno input",
    ]


def test_many_lines_come_complete(api: "APIClient", host: Host, base: LocalImage) -> None:
    lines = seen_by_the_image(api, host, base, "for i in {1..50000}; do echo line $i; done")
    assert lines == [f"line {number}" for number in range(1, 50001)]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        pytest.param("if true; then", 2, id="unfinished"),
        pytest.param("no-such-program", 127, id="not-found"),
        pytest.param("set +e; false; exit 3", 3, id="own-exit"),
        pytest.param("set -x; false | false", 1, id="traced"),
        pytest.param("trap 'echo bye' EXIT; kill -9 $$ || exit 9; exit 9", 9, id="trap"),
    ],
)
def test_what_failed_is_known(
    api: "APIClient", host: Host, base: LocalImage, command: str, code: int
) -> None:
    lines: list[str] = []
    request = request_for(base, "true", "false || true", command, "echo never")
    with pytest.raises(InstructionError) as caught:
        host.backend.run(replace(request, output=lines.append))
    assert (caught.value.code, caught.value.failed_at) == (code, 3)
    assert not any("werfish" in line for line in lines)
    assert leftovers(api, host) == []


def test_an_image_without_bash_runs_commands_by_its_own_shell(
    host: Host, busybox: LocalImage
) -> None:
    lines: list[str] = []
    request = request_for(busybox, "X=1; cd /tmp", 'echo "$X $PWD"; readlink /proc/$$/exe')
    for _ in range(2):
        host.backend.discard(host.backend.run(replace(request, output=lines.append)))
    assert lines[:2] == ["1 /tmp", "/bin/sh"]
    assert host.said.getvalue().count("no bash") == 1


def test_a_static_bash_of_the_host_is_borrowed(
    kit: Endpoints, tmp_path: Path, host: Host, busybox: LocalImage
) -> None:
    """Any file that can be executed shows it; this one hands over to sh."""
    script = '#!/bin/sh\nexec sh "$@"\n'
    wrapper = tmp_path / "bash-static"
    wrapper.write_text(script)
    wrapper.chmod(0o755)
    with host_at(tmp_path / "home", kit, static_bash=wrapper) as lender:
        lines: list[str] = []
        request = request_for(busybox, "echo ran; ls /dev/werfish-bash")
        image = lender.backend.run(replace(request, output=lines.append))
    assert lines == ["ran", "/dev/werfish-bash"]
    assert image.config.diff_ids == busybox.config.diff_ids
    assert "no bash" not in lender.said.getvalue()
    host.backend.discard(image)


def test_an_image_without_a_shell_is_refused(
    host: Host, busybox: LocalImage, repository: str
) -> None:
    gone = [LayerEntry(path, EntryKind.WHITEOUT) for path in ("bin", "usr")]
    bare = layer_on(host, busybox, *gone)
    with pytest.raises(NoShellError, match="app/install"):
        host.backend.run(request_for(bare, "true"))


def test_an_interrupted_run_ends_and_cleans_up(
    api: "APIClient", host: Host, base: LocalImage
) -> None:
    started = threading.Event()
    failures: list[BaseException] = []

    def run() -> None:
        request = request_for(base, "echo started; sleep 1000")
        try:
            host.backend.run(replace(request, output=lambda _: started.set()))
        except InstructionError as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert started.wait(60)
    host.backend.interrupt()
    thread.join(60)
    assert len(failures) == 1
    assert leftovers(api, host) == []
