"""Stages in a real registry: with no daemon at all, shared by machines, by builders at once."""

import os
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from integration.conftest import Program
from integration.kit.api import Endpoints
from integration.machine import delete_repository
from integration.project import GitProject
from integration.published import remove_labelled
from tests.contracts.stage_storage import Opened, StageStorageContract
from tests.registry.clients import client_of
from tests.storage.repo_machine import RepoMachine, tick
from werfish.oci.labels import PROJECT
from werfish.oci.manifest import Manifest
from werfish.oci.reference import Repository, parse_reference
from werfish.registry.client import RegistryClient
from werfish.storage.stored_stage import StoredStage

CONFIG = """project: {name}
configVersion: 1
---
image: app
from: {base}
git:
- {{add: /src, to: /app}}
docker: {{CMD: [cat, /app/text]}}
"""
INSTRUCTIONS = """shell:
  beforeInstall: echo '{name}' > /before
  install: cat /before > /installed
"""
CHART = """apiVersion: v1
kind: ConfigMap
metadata: {name: image}
data: {image: {{ .Values.werf.image.app | quote }}}
"""


@pytest.fixture
def client() -> Iterator[RegistryClient]:
    client = client_of()
    yield client
    client.close()


@pytest.fixture
def repository(kit: Endpoints, client: RegistryClient) -> Iterator[Repository]:
    """Name a repository that does not exist yet; it is emptied afterwards."""
    repository = Repository(str(kit.registry), f"repostore-test/{uuid.uuid4().hex}")
    yield repository
    delete_repository(client, repository)


@pytest.fixture
def name(kit: Endpoints) -> Iterator[str]:
    """Name a project of the test's own; what the daemon keeps of it is removed."""
    name = f"repostore-{uuid.uuid4().hex[:8]}"
    yield name
    remove_labelled(kit.variables, f"{PROJECT}={name}")


@pytest.fixture
def project(kit: Endpoints, program: Program, name: str) -> GitProject:
    """Commit a project of files and settings."""
    base = f"{kit.registry}/library/busybox:1.35"
    config = CONFIG.format(name=name, base=base)
    project = GitProject(program.folder)
    project.commit({"werf.yaml": config, "src/text": "one\n", ".helm/templates/image.yaml": CHART})
    return project


def without_docker(program: Program, folder: Path) -> Program:
    """Return *program* with nothing of Docker: no socket, no program but git and what it needs."""
    folder.mkdir()
    for name in ("git", "env", "sh"):
        (folder / name).symlink_to(str(shutil.which(name)))
    nowhere = {"PATH": str(folder), "DOCKER_HOST": f"unix://{folder}/none.sock"}
    return replace(program, variables={**program.variables, **nowhere})


def another(program: Program, home: Path) -> Program:
    """Return *program* as on another machine."""
    return replace(program, variables={**program.variables, "WERF_HOME": str(home)})


class TestRealRegistry(StageStorageContract):
    """Every law; each opening is another machine."""

    @pytest.fixture
    def opened(
        self, kit: Endpoints, repository: Repository, tmp_path: Path
    ) -> Callable[[], Opened]:
        def open_it() -> Opened:
            machine = RepoMachine(tmp_path / str(tick()), repository)
            base = f"{kit.registry}/library/busybox:1.35"
            return Opened(
                machine.storage, lambda mark, _=None: machine.image_on(base, f"file-{mark}")
            )

        return open_it

    @pytest.fixture
    def broken(self, client: RegistryClient) -> Callable[[StoredStage], None]:
        def break_it(stage: StoredStage) -> None:
            reference = parse_reference(stage.reference)
            digest = client.get_manifest(reference).digest
            client.delete_manifest(reference.repository, digest)

        return break_it


def test_everything_works_without_docker(
    project: GitProject, program: Program, repository: Repository, tmp_path: Path, namespace: str
) -> None:
    """Build, publish, both at once, and deploy: no socket is there, and no docker program."""
    bare = without_docker(program, tmp_path / "bin")
    repo = ("--repo", str(repository))
    assert "3 of 3 stages built" in bare("build", *repo).stderr
    assert "published" in bare("publish", *repo).stderr
    project.commit({"src/text": "two\n"})
    said = bare("build-and-publish", *repo).stderr
    assert "2 of 4 stages built" in said
    bare("deploy", *repo, "--release", "rel", "--namespace", namespace)
    shown = subprocess.run(
        ["kubectl", "-n", namespace, "get", "configmap", "image", "-o", "jsonpath={.data.image}"],
        env={**os.environ, **program.variables},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert shown.startswith(f"{repository}:app-")
    run = ["docker", "run", "--rm", shown]
    done = subprocess.run(
        run, env=program.environment(), check=True, capture_output=True, text=True
    )
    subprocess.run(["docker", "rmi", "-f", shown], check=True, capture_output=True)
    assert done.stdout == "two\n"


def test_one_command_goes_from_the_commit_to_the_release(
    project: GitProject, program: Program, repository: Repository, namespace: str, tmp_path: Path
) -> None:
    bare = without_docker(program, tmp_path / "bin")
    options = ("--repo", str(repository), "--release", "rel", "--namespace", namespace)
    said = bare("converge", *options).stderr
    assert "3 of 3 stages built" in said
    assert "+ ConfigMap/image" in said
    project.commit({"src/text": "two\n"})
    said = bare("converge", *options, "--use-custom-tag", "two").stderr
    assert f"{repository}:app-two published" in said
    assert "~ ConfigMap/image: data.image" in said


def test_instructions_need_docker_once_for_all_machines(
    project: GitProject, program: Program, repository: Repository, name: str, tmp_path: Path
) -> None:
    config = (project.folder / "werf.yaml").read_text()
    project.commit({"werf.yaml": config + INSTRUCTIONS.format(name=name)})
    repo = ("--repo", str(repository))
    assert "5 of 5 stages built" in program("build", *repo).stderr
    bare = without_docker(another(program, tmp_path / "second"), tmp_path / "bin")
    said = bare("build-and-publish", *repo).stderr
    assert "app: up to date (5 stages)" in said
    project.commit({"src/text": "two\n"})
    assert "2 of 6 stages built" in bare("build", *repo).stderr
    project.commit({"werf.yaml": config + INSTRUCTIONS.format(name="changed")})
    failed = bare("build", *repo, code=5).stderr
    assert "Docker daemon" in failed


def test_a_stage_that_only_the_registry_has_can_be_run_and_built_on(
    project: GitProject, program: Program, repository: Repository, name: str, tmp_path: Path
) -> None:
    """The daemon pulls what it lacks; what it makes of it comes back."""
    repo = ("--repo", str(repository))
    config = (project.folder / "werf.yaml").read_text()
    project.commit({"werf.yaml": config + INSTRUCTIONS.format(name=name)})
    program("build", *repo)
    remove_labelled(program.variables, f"{PROJECT}={name}")
    second = another(program, tmp_path / "second")
    assert second("run", *repo, "app", "--", "cat", "/installed").stdout == f"{name}\n"
    remove_labelled(program.variables, f"{PROJECT}={name}")
    changed = INSTRUCTIONS.replace("/installed", "/again").format(name=name)
    project.commit({"werf.yaml": config + changed})
    assert "2 of 5 stages built" in second("build", *repo).stderr
    assert second("run", *repo, "app", "--", "cat", "/again").stdout == f"{name}\n"


def test_builders_at_once_leave_every_stage_whole(
    project: GitProject,
    program: Program,
    repository: Repository,
    client: RegistryClient,
    tmp_path: Path,
) -> None:
    """Four machines begin together on an empty repository, and again on the next commit."""
    bare = without_docker(program, tmp_path / "bin")
    machines = [another(bare, tmp_path / f"home-{number}") for number in range(4)]
    for text in ("one\n", "two\n"):
        project.commit({"src/text": text, "src/other": text})
        running = [
            machine.start("build-and-publish", "--repo", str(repository)) for machine in machines
        ]
        said = [process.communicate()[1] for process in running]
        assert [process.returncode for process in running] == [0] * 4, said
    fresh = another(bare, tmp_path / "fresh")
    assert "up to date" in fresh("build", "--repo", str(repository)).stderr
    for tag in client.list_tags(repository):
        stored = client.get_manifest(repository.tagged(tag)).decode()
        for blob in (stored.config, *stored.layers) if isinstance(stored, Manifest) else ():
            for _ in client.get_blob(repository, blob):
                pass


def test_a_registry_that_may_only_be_read_is_one_error(
    project: GitProject, program: Program, kit: Endpoints, tmp_path: Path
) -> None:
    bare = without_docker(program, tmp_path / "bin")
    failed = bare("build", "--repo", f"{kit.auth_registry}/repostore-test/denied", code=6)
    assert failed.stderr.count("docker login") == 1


def test_stages_move_from_the_daemon_to_a_registry_and_back(
    project: GitProject, program: Program, repository: Repository, name: str, tmp_path: Path
) -> None:
    """What was copied is found there, whole; a second copy finds all of it."""
    config = (project.folder / "werf.yaml").read_text()
    project.commit({"werf.yaml": config + INSTRUCTIONS.format(name=name)})
    program("build", "--stages-storage", ":local")
    switched = program("stages", "switch-from-local", "--to", str(repository))
    assert "5 of 5 stages copied" in switched.stderr
    assert switched.stdout == f"export WERF_STAGES_STORAGE={repository}\n"
    bare = without_docker(another(program, tmp_path / "second"), tmp_path / "bin")
    assert "up to date (5 stages)" in bare("build", "--repo", str(repository)).stderr
    elsewhere = f"{repository}/copy"
    copied = bare("stages", "sync", "--from", str(repository), "--to", elsewhere).stderr
    assert "5 of 5 stages copied" in copied
    remove_labelled(program.variables, f"{PROJECT}={name}")
    program("stages", "sync", "--from", elsewhere, "--to", ":local")
    assert "up to date" in program("build", "--stages-storage", ":local").stderr
    again = program("stages", "sync", "--from", ":local", "--to", str(repository)).stderr
    assert "0 of 5 stages copied, 5 were there" in again
    client = client_of()
    delete_repository(client, Repository(repository.registry, f"{repository.path}/copy"))
    client.close()
