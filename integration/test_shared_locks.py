"""Builders of one project, with stages in a registry, that share locks as Leases."""

import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from integration.conftest import Program
from integration.kit.api import Endpoints
from integration.machine import delete_repository
from integration.project import GitProject
from integration.published import remove_labelled
from integration.test_locks import leases, reached
from tests.registry.clients import client_of
from werfish.kube.client import KubeCluster
from werfish.locks.lease import LEASE
from werfish.locks.left import SELECTOR
from werfish.oci.labels import PROJECT
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient

CONFIG = """project: {name}
configVersion: 1
---
image: app
from: {base}
git:
- {{add: /src, to: /app}}
shell:
  beforeInstall: head -c 100000 /dev/urandom > /unlike-any-other
  install: head -c 100000 /dev/urandom > /neither-is-this
"""


@pytest.fixture
def client() -> Iterator[RegistryClient]:
    client = client_of()
    yield client
    client.close()


@pytest.fixture
def cluster(kit: Endpoints, tmp_path: Path) -> Iterator[KubeCluster]:
    with closing(reached(tmp_path / "cache")) as cluster:
        yield cluster


@pytest.fixture
def repository(kit: Endpoints, client: RegistryClient) -> Iterator[Repository]:
    repository = Repository(str(kit.registry), f"locks-test/{uuid.uuid4().hex}")
    yield repository
    delete_repository(client, repository)


@pytest.fixture
def project(kit: Endpoints, program: Program) -> Iterator[GitProject]:
    """Commit a project whose stages no two builders make alike."""
    name, base = f"locks-{uuid.uuid4().hex[:8]}", f"{kit.registry}/library/busybox:1.35"
    project = GitProject(program.folder)
    config = CONFIG.format(name=name, base=base)
    project.commit({"werf.yaml": config, "src/text": "one\n"})
    yield project
    remove_labelled(kit.variables, f"{PROJECT}={name}")


def machines(program: Program, folder: Path, count: int) -> list[Program]:
    """Return *program* as on so many machines."""
    homes = [str(folder / f"home-{number}") for number in range(count)]
    return [replace(program, variables={**program.variables, "WERF_HOME": home}) for home in homes]


def stages_of(client: RegistryClient, repository: Repository) -> Counter[str]:
    """Count the stages that *repository* has of each digest."""
    tags = [tag for tag in client.list_tags(repository) if tag.count("-") == 1]
    return Counter(tag.partition("-")[0] for tag in tags if len(tag.partition("-")[0]) == 64)


def test_builders_at_once_save_each_stage_once(
    project: GitProject,
    program: Program,
    repository: Repository,
    client: RegistryClient,
    cluster: KubeCluster,
    namespace: str,
    tmp_path: Path,
) -> None:
    options = ("--repo", str(repository), "--synchronization", f"kubernetes://{namespace}")
    running = [machine.start("build", *options) for machine in machines(program, tmp_path, 3)]
    said = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0] * 3, "\n\n".join(said)
    assert not any("warning" in text for text in said), said
    assert list(stages_of(client, repository).values()) == [1] * 4, "\n".join(
        [*said, *client.list_tags(repository)]
    )
    assert not leases(cluster, namespace)


def test_machines_at_once_publish_an_image_once(
    project: GitProject,
    program: Program,
    repository: Repository,
    cluster: KubeCluster,
    namespace: str,
    tmp_path: Path,
) -> None:
    options = ("--repo", str(repository), "--synchronization", f"kubernetes://{namespace}")
    program("build", *options)
    publish = ("publish", *options, "--tag-custom", "one")
    running = [machine.start(*publish) for machine in machines(program, tmp_path, 4)]
    said = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0] * 4, "\n\n".join(said)
    assert sorted(f"{repository}:app-one published" in text for text in said) == [
        *[False] * 3,
        True,
    ]
    assert not leases(cluster, namespace)


def test_a_builder_that_is_killed_while_it_saves_holds_up_nobody(
    project: GitProject,
    program: Program,
    repository: Repository,
    client: RegistryClient,
    cluster: KubeCluster,
    namespace: str,
    tmp_path: Path,
) -> None:
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    options = ("--repo", str(repository), "-S", f"kubernetes://{namespace}")
    for machine in machines(program, tmp_path, 3):
        seen = cluster.list(LEASE, namespace).resource_version
        with closing(
            cluster.watch(LEASE, namespace, resource_version=seen, labels=SELECTOR)
        ) as watch:
            process = machine.start("build", *options)
            next(iter(watch))
            process.kill()
            process.communicate()
    said = program("build", *options).stderr
    assert "warning" not in said
    assert max(stages_of(client, repository).values()) == 1
    assert not leases(cluster, namespace)


def test_a_role_without_leases_builds_all_the_same(
    project: GitProject, program: Program, repository: Repository, tmp_path: Path
) -> None:
    kubeconfig = tmp_path / "none.yaml"
    kubeconfig.write_text("apiVersion: v1\nkind: Config\n")
    place = f"kubernetes://locks-none@{kubeconfig}"
    said = program("build", "--repo", str(repository), "-S", place).stderr
    assert said.count("no locks are shared with other machines") == 1
    assert "4 of 4 stages built" in said
