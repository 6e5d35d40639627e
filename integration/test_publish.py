"""Publishing from a real Docker to a real registry: what moves, what runs, what stays."""

import base64
import json
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.campaign import rounds
from integration.kit.api import Endpoints
from integration.machine import TEST_LABEL, Machine, delete_repository, machine_in
from werfish.errors import WerfishError
from werfish.oci.manifest import Manifest
from werfish.oci.reference import Repository
from werfish.registry.credentials import docker_credentials
from werfish.storage.transfer.push import TEMPORARY_PREFIX


@pytest.fixture
def machine(kit: Endpoints, tmp_path: Path) -> Iterator[Machine]:
    """Have a machine with an empty home."""
    assert kit.registry is not None
    with machine_in(tmp_path / "home", kit.registry) as machine:
        yield machine


@pytest.fixture
def repository(machine: Machine) -> Iterator[Repository]:
    """Name a repository that does not exist yet; it is emptied afterwards."""
    repository = Repository(machine.mirror, f"publish-test/{uuid.uuid4().hex}")
    yield repository
    delete_repository(machine.client, repository)
    left = docker("images", "-aq", "--filter", f"label={TEST_LABEL}={repository.path}").split()
    if left:
        docker("rmi", "-f", *left)


def docker(*arguments: str) -> str:
    done = subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True)
    return done.stdout


def local_tags() -> str:
    return docker("images", "--format", "{{.Repository}}:{{.Tag}}")


def test_published_image_runs(machine: Machine, repository: Repository) -> None:
    run = machine.with_command(machine.base().image, "echo ran > /ran")
    image = machine.with_file(run, "written", "by werfish\n")
    [published] = machine.publish((run, image), repository, "one")
    docker("pull", "-q", published.reference)
    shown = docker("run", "--rm", published.reference, "cat", "/ran", "/written")
    docker("rmi", "-f", published.reference)
    assert shown == "ran\nby werfish\n"


def test_no_temporary_tag_stays(machine: Machine, repository: Repository) -> None:
    run = machine.with_command(machine.base().image, f"echo {uuid.uuid4()} > /ran")
    machine.publish((run,), repository, "one", "two")
    assert machine.client.list_tags(repository) == ("one", "two")
    assert "pushed by Docker" in machine.output.getvalue()
    assert f"{repository.path}:{TEMPORARY_PREFIX}" not in local_tags()


def test_second_publication_writes_nothing(machine: Machine, repository: Repository) -> None:
    image = machine.with_file(machine.base().image, "written", "text")
    first = machine.publish((image,), repository, "one")
    again = machine.publish((image,), repository, "one")
    assert [published.is_new for published in (*first, *again)] == [True, False]


def test_base_is_mounted_and_not_pushed(machine: Machine, repository: Repository) -> None:
    image = machine.with_file(machine.base().image, "written", "text")
    machine.publish((image,), repository, "one", base=machine.base_source())
    assert "1 of 2 layers were there, 1 uploaded" in machine.output.getvalue()


def test_layer_of_instructions_is_pushed_once(machine: Machine, repository: Repository) -> None:
    run = machine.with_command(machine.base().image, "echo ran > /ran")
    machine.publish((run,), repository, "one")
    image = machine.with_file(run, "written", "text")
    machine.publish((run, image), Repository(repository.registry, f"{repository.path}/b"), "two")
    assert "2 of 3 layers were there, 1 uploaded" in machine.output.getvalue()


def test_two_machines_publish_the_same_image(
    machine: Machine, repository: Repository, tmp_path: Path
) -> None:
    """The second finds the tag at the right content, though its home is empty."""
    image = machine.with_file(machine.base().image, "written", "text")
    machine.publish((image,), repository, "one", base=machine.base_source())
    with machine_in(tmp_path / "other", machine.mirror) as other:
        same = other.with_file(other.base().image, "written", "text")
        [published] = other.publish((same,), repository, "one")
    assert not published.is_new


def test_registry_with_a_password(
    kit: Endpoints, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our own requests and the daemon's push both use Docker's configuration."""
    assert kit.registry is not None
    assert kit.auth_registry is not None
    pair = f"{kit.auth_user}:{kit.auth_password}".encode()
    auths = {kit.auth_registry: {"auth": base64.b64encode(pair).decode()}}
    (tmp_path / "config.json").write_text(json.dumps({"auths": auths}))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    repository = Repository(kit.auth_registry, f"publish-test/{uuid.uuid4().hex}")
    with machine_in(tmp_path / "home", kit.registry, docker_credentials(tmp_path)) as machine:
        run = machine.with_command(machine.base().image, "echo ran > /ran")
        machine.publish((run,), repository, "one")
        assert machine.client.list_tags(repository) == ("one",)
        delete_repository(machine.client, repository)


def test_refused_publication_is_one_error_and_leaves_no_image(
    kit: Endpoints, machine: Machine
) -> None:
    run = machine.with_command(machine.base().image, "echo ran > /ran")
    repository = Repository(str(kit.auth_registry), "publish-test/denied")
    with pytest.raises(WerfishError, match="401") as caught:
        machine.publish((run,), repository, "one")
    assert "docker login" in caught.value.hint
    assert f"{repository.path}:{TEMPORARY_PREFIX}" not in local_tags()


@pytest.mark.campaign
@pytest.mark.timeout(1800)
def test_killed_publications_are_finished_by_the_next(
    machine: Machine, repository: Repository, tmp_path: Path
) -> None:
    """However often it is killed: no tag is broken, and nothing has to be told to the next run."""
    text = ""
    for chance in rounds("publish-killed"):
        text = str(chance.random())
        process = start(tmp_path / "killed", repository, text)
        assert process.stdout is not None
        process.stdout.readline()
        try:
            process.wait(chance.uniform(0, 0.4))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.communicate()
        check_tags(machine, repository)
    last = start(tmp_path / "killed", repository, text)
    _, said = last.communicate()
    assert last.returncode == 0, said
    assert "one" in machine.client.list_tags(repository)
    check_tags(machine, repository)
    assert f"{repository.path}:{TEMPORARY_PREFIX}" not in local_tags()


def start(home: Path, repository: Repository, seed: str) -> "subprocess.Popen[str]":
    """Start a process that builds and publishes."""
    return program("build", str(home), repository.registry, repository.path, "one", seed)


def program(*arguments: str) -> "subprocess.Popen[str]":
    """Start the program of `integration.machine`."""
    return subprocess.Popen(
        [sys.executable, "-m", "integration.machine", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    )


def check_tags(machine: Machine, repository: Repository) -> None:
    """Every tag names a manifest, and every blob of it is there and right."""
    for tag in machine.client.list_tags(repository):
        manifest = machine.client.get_manifest(repository.tagged(tag)).decode()
        assert isinstance(manifest, Manifest)
        for blob in (manifest.config, *manifest.layers):
            for _ in machine.client.get_blob(repository, blob):
                pass


def test_processes_of_one_host_do_not_take_the_tag_from_each_other(
    machine: Machine, repository: Repository, tmp_path: Path
) -> None:
    """Four processes publish the same image of one home; each succeeds, and no tag stays."""
    run = machine.with_command(machine.base().image, "echo ran > /ran")
    machine.backend.tag(run, f"{repository}:shared")
    arguments = [str(tmp_path / "home"), repository.registry, repository.path]
    processes = [program("again", *arguments, f"t{number}") for number in range(4)]
    said = [process.communicate()[1] for process in processes]
    machine.backend.untag(f"{repository}:shared")
    assert [process.returncode for process in processes] == [0] * 4, said
    assert machine.client.list_tags(repository) == ("t0", "t1", "t2", "t3")
    assert f"{repository.path}:{TEMPORARY_PREFIX}" not in local_tags()
