"""Every example, from a fresh repository to a running release and back."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.conftest import Program
from integration.kit.api import Endpoints
from integration.published import remove_built, remove_published
from werfish.kube.connection import Connection
from werfish.kube.errors import NotFoundError
from werfish.kube.kubeconfig import KubeOptions, load_access

EXAMPLES = Path(__file__).parents[1] / ".helm-examples"
IMAGES = {
    "web": ("",),
    "dockerfile": ("",),
    "monorepo": ("server", "worker"),
    "stateful": ("store", "tools"),
}


class Example:
    """An example as a project of the test's own name, which is its namespace too."""

    def __init__(self, name: str, namespace: str, kit: Endpoints, program: Program) -> None:
        self.name = name
        self.namespace = namespace
        self.images_repo = f"{kit.registry}/{namespace}"
        self._cluster = Connection(load_access(KubeOptions(config=str(kit.kubeconfig))))
        self._program = program
        self._folder = program.folder
        shutil.copytree(EXAMPLES / name, self._folder, dirs_exist_ok=True)
        self.replace("werf.yaml", f"project: {name}\n", f"project: {namespace}\n")
        self._git("init", "--quiet")
        self.commit()

    def commit(self) -> str:
        """Commit everything and return the commit."""
        self._git("add", ".")
        self._git("commit", "--quiet", "--message", "Change")
        return self._git("rev-parse", "HEAD").strip()

    def replace(self, path: str, old: str, new: str) -> None:
        """Replace *old* in the file *path*."""
        file = self._folder / path
        file.write_text(file.read_text().replace(old, new))

    def write(self, path: str, text: str) -> None:
        """Write the file *path*."""
        (self._folder / path).write_text(text)

    def publish(self, *options: str) -> str:
        """Build and publish; return what was said."""
        return self._program("build-and-publish", *self._publishing, *options).stderr

    def deploy(self, *options: str) -> str:
        """Deploy; return what was said."""
        return self._program("deploy", *self._publishing, *options).stderr

    def dismiss(self) -> None:
        """Dismiss with the namespace."""
        self._program("dismiss", "--with-namespace")

    def get(self, path: str) -> Any:
        """Return what the namespace has at *path*, as JSON."""
        return json.loads(self._send(f"/{path}"))

    def page(self, service: str, path: str, wanted: str = "") -> str:
        """Return what *service* of the namespace answers, once it has *wanted* or after 5 s.

        The cluster takes a moment to send a Service's requests to the new pod alone.
        """
        deadline = time.monotonic() + 5
        while True:
            page = self._send(f"/services/{service}:http/proxy/{path}")
            if wanted in page or time.monotonic() > deadline:
                return page

    def is_gone(self) -> bool:
        """Whether the namespace is no more."""
        try:
            self._send("")
        except NotFoundError:
            return True
        return False

    @property
    def _publishing(self) -> tuple[str, ...]:
        options = ("--stages-storage", ":local", "--tag-custom", "try")
        return (*options, "--images-repo", self.images_repo)

    def _send(self, path: str) -> str:
        group = "/apis/batch/v1" if path == "/jobs" else "/api/v1"
        path = f"{group}/namespaces/{self.namespace}{path}"
        return self._cluster.send("GET", path, doing="test").data.decode()

    def _git(self, *arguments: str) -> str:
        author = {f"GIT_{role}_NAME": "Test" for role in ("AUTHOR", "COMMITTER")}
        author |= {f"GIT_{role}_EMAIL": "test@example.com" for role in ("AUTHOR", "COMMITTER")}
        return subprocess.run(
            ["git", *arguments],
            cwd=self._folder,
            env={**os.environ, **author},
            check=True,
            capture_output=True,
            text=True,
        ).stdout


@pytest.fixture
def example(
    request: pytest.FixtureRequest, namespace: str, kit: Endpoints, program: Program
) -> Iterator[Example]:
    """Give the example that the test names; its images are removed afterwards."""
    name = request.param
    yield Example(name, namespace, kit, program)
    for image in IMAGES[name]:
        remove_published(str(kit.registry), f"{namespace}/{image}".rstrip("/"), "try")
        remove_published(str(kit.registry), namespace, f"{image}-try")
    remove_built(os.environ, namespace)


def only(name: str) -> pytest.MarkDecorator:
    """Give the test the example *name*."""
    return pytest.mark.parametrize("example", [name], indirect=True, ids=[name])


def names(listing: Any) -> list[str]:
    return [item["metadata"]["name"] for item in listing["items"]]


@only("web")
def test_page_follows_the_commits(example: Example) -> None:
    """The page has the message and the commit at every deploy's return."""
    example.publish()
    example.deploy()
    first = example.page(example.namespace, "")
    example.write("site/message.txt", "Another message\n")
    commit = example.commit()
    example.publish()
    example.deploy()
    second = example.page(example.namespace, "", commit)
    assert "Hello from the first commit" in first
    assert "<h1>Another message</h1>" in second
    example.dismiss()
    assert example.is_gone()


@only("dockerfile")
def test_page_of_a_dockerfile_follows_the_commits(example: Example) -> None:
    example.publish()
    example.deploy()
    first = example.page(example.namespace, "")
    example.write("site/message.txt", "Another message\n")
    example.write("check.sh", "true\n")
    example.commit()
    said = example.publish()
    example.deploy()
    second = example.page(example.namespace, "", "Another")
    assert "<h1>Hello from a Dockerfile</h1>" in first
    assert "dockerfile: file site/message.txt changed" in said
    assert "<h1>Another message</h1>" in second
    example.dismiss()
    assert example.is_gone()


@only("monorepo")
@pytest.mark.parametrize("mode", ["monorepo", "multirepo"])
def test_worker_talks_to_the_server_under_both_namings(example: Example, mode: str) -> None:
    """A worker is ready once the server took its answer: a finished deploy says that they talk."""
    chosen = ("--images-repo-mode", mode)
    example.publish(*chosen)
    example.deploy(*chosen, "--set", "worker.replicas=2")
    assert "answers, the latest" in example.page("server", "state")
    pods = example.get("pods?labelSelector=app%3Dworker")
    wanted = "/worker:try" if mode == "multirepo" else ":worker-try"
    images = [pod["spec"]["containers"][0]["image"] for pod in pods["items"]]
    assert images == [example.images_repo + wanted] * 2
    example.dismiss()
    assert example.is_gone()


@only("monorepo")
def test_change_of_one_image_leaves_the_other_alone(example: Example) -> None:
    example.publish()
    example.replace("worker/worker.sh", "working for", "at work for")
    example.commit()
    said = example.publish()
    assert "worker: building" in said
    assert "server: building" not in said


@only("stateful")
def test_migration_runs_once_a_commit(example: Example) -> None:
    """Applied means that the Job is done and its records are there."""
    example.publish()
    example.deploy()
    before = names(example.get("jobs"))
    example.write("tools/migrations/003-more.txt", "linus first kernel\n")
    example.commit()
    example.publish()
    example.deploy()
    assert example.page("store", "cgi-bin/record?linus") == "first kernel"
    assert example.page("store", "cgi-bin/record?schema") == "003"
    assert len(before) == 1
    assert names(example.get("jobs")) != before
    example.dismiss()
    assert example.is_gone()
