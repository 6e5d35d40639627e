"""Each product's answers, from its documentation, become advice that fits; names and parts too."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.fakes.http_server import Answer, HttpServer
from tests.fakes.registry import FakeRegistry, digest_of_bytes, running
from tests.registry.clients import client_of
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient
from werfish.registry.errors import DeletionDisabledError, RefusedError, refusal_of
from werfish.registry.hosts import RegistrySettings
from werfish.registry.kinds import RegistryKind, kind_of
from werfish.registry.vendors.table import vendor_of

REPOSITORY = Repository("registry.example", "acme/shop")


@dataclass(frozen=True)
class Said:
    """An answer of a product, and what the user is told to do."""

    kind: RegistryKind
    status: int
    code: str
    message: str
    hint: str
    deleting: bool = False


ANSWERS = [
    pytest.param(
        Said(
            RegistryKind.DOCKER_HUB,
            429,
            "TOOMANYREQUESTS",
            "You have reached your unauthenticated pull rate limit.",
            "--container-registry-mirror",
        ),
        id="docker-hub-limit",
    ),
    pytest.param(
        Said(
            RegistryKind.DOCKER_HUB,
            401,
            "UNAUTHORIZED",
            "authentication required",
            'a push needs a token that may write to "acme"',
        ),
        id="docker-hub-login",
    ),
    pytest.param(
        Said(RegistryKind.DOCKER_HUB, 405, "UNSUPPORTED", "", "its own API", deleting=True),
        id="docker-hub-delete",
    ),
    pytest.param(
        Said(
            RegistryKind.ECR,
            403,
            "DENIED",
            "Your authorization token has expired. Reauthenticate and try again.",
            "twelve hours",
        ),
        id="ecr-expired",
    ),
    pytest.param(
        Said(
            RegistryKind.ECR,
            400,
            "TAG_INVALID",
            "The image tag 'v1' already exists in the 'shop' repository and cannot be overwritten"
            " because the repository is immutable.",
            "let the repository's tags be overwritten",
        ),
        id="ecr-immutable",
    ),
    pytest.param(
        Said(
            RegistryKind.ECR,
            404,
            "NAME_UNKNOWN",
            "The repository with name 'acme/shop' does not exist in the registry",
            "aws ecr create-repository --repository-name acme/shop",
        ),
        id="ecr-no-repository",
    ),
    pytest.param(
        Said(
            RegistryKind.GCR,
            400,
            "GOOGLE_MANIFEST_DANGLING_TAG",
            "Manifest is still referenced by tag: v1",
            "delete its tags first",
        ),
        id="google-tagged",
    ),
    pytest.param(
        Said(
            RegistryKind.GCR,
            404,
            "NAME_UNKNOWN",
            'Repository "shop" not found',
            "gcloud artifacts repositories create",
        ),
        id="google-no-repository",
    ),
    pytest.param(
        Said(
            RegistryKind.GCR,
            403,
            "DENIED",
            "Permission artifactregistry.repositories.uploadArtifacts denied",
            "gcloud auth configure-docker registry.example",
        ),
        id="google-denied",
    ),
    pytest.param(
        Said(
            RegistryKind.GITHUB,
            403,
            "DENIED",
            "permission_denied: write_package",
            '"write:packages"',
        ),
        id="github-denied",
    ),
    pytest.param(
        Said(
            RegistryKind.GITHUB,
            405,
            "UNSUPPORTED",
            "The operation is unsupported.",
            "its own API",
            deleting=True,
        ),
        id="github-delete",
    ),
    pytest.param(
        Said(RegistryKind.GITLAB, 403, "DENIED", "requested access denied", "write_registry"),
        id="gitlab-denied",
    ),
    pytest.param(
        Said(RegistryKind.HARBOR, 404, "NOT_FOUND", "project acme not found", 'project "acme"'),
        id="harbor-no-project",
    ),
    pytest.param(
        Said(
            RegistryKind.HARBOR,
            412,
            "PRECONDITION",
            "Failed to process request due to 'shop:v1' configured as immutable.",
            "forbids that this tag is overwritten",
        ),
        id="harbor-immutable",
    ),
    pytest.param(
        Said(RegistryKind.QUAY, 401, "UNAUTHORIZED", "access denied", "robot account"),
        id="quay-denied",
    ),
    pytest.param(
        Said(RegistryKind.ACR, 401, "UNAUTHORIZED", "authentication required", "az acr login"),
        id="azure-login",
    ),
    pytest.param(
        Said(RegistryKind.SELECTEL, 401, "UNAUTHORIZED", "authentication required", ""),
        id="selectel-has-the-general-advice",
    ),
]


@pytest.mark.parametrize("said", ANSWERS)
def test_advice(said: Said) -> None:
    body = f'{{"errors":[{{"code":"{said.code}","message":"{said.message}"}}]}}'.replace(
        '"shop"', '\\"shop\\"'
    )
    error = refusal_of("do", "r/x", "r", said.status, body.encode(), deleting=said.deleting)
    assert said.hint in vendor_of(said.kind).hint_for(error, REPOSITORY)


@pytest.mark.parametrize(
    "host", ["cr.selcloud.ru", "europe-docker.pkg.dev", "us.gcr.io", "public.ecr.aws"]
)
def test_newer_hosts(host: str) -> None:
    kinds = {
        "cr.selcloud.ru": RegistryKind.SELECTEL,
        "public.ecr.aws": RegistryKind.DEFAULT,
    }
    assert kind_of(host) is kinds.get(host, RegistryKind.GCR)


@pytest.mark.parametrize("kind", RegistryKind)
def test_every_product_is_known(kind: RegistryKind) -> None:
    assert vendor_of(kind).title


def client_for(host: str, kind: RegistryKind) -> RegistryClient:
    """Return a client that was told what *host* is."""
    return client_of(settings=RegistrySettings(kinds={host: kind}, part=1000))


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    """Serve a registry."""
    with running(FakeRegistry()) as registry:
        yield registry


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        (RegistryKind.DEFAULT, 5),
        (RegistryKind.HARBOR, 5),
        (RegistryKind.GCR, 0),
        (RegistryKind.GITHUB, 0),
        (RegistryKind.ECR, 0),
    ],
)
def test_parts_are_for_who_takes_them(
    registry: FakeRegistry, kind: RegistryKind, count: int
) -> None:
    data = b"x" * 5000
    repository = Repository(registry.host, "team/app")
    client_for(registry.host, kind).upload_blob(
        repository, digest_of_bytes(data), len(data), lambda: [data]
    )
    assert len(registry.requests("PATCH")) == count


def test_gitlab_deletes_a_tag_by_its_own_path(registry: FakeRegistry) -> None:
    registry.repository("team/app").tags = {"v1": "", "v2": ""}
    reference = Repository(registry.host, "team/app").tagged("v1")
    client_for(registry.host, RegistryKind.GITLAB).delete_tag(reference)
    assert registry.requests("DELETE") == ["/v2/team/app/tags/reference/v1"]
    assert set(registry.repository("team/app").tags) == {"v2"}


def test_github_says_where_it_deletes() -> None:
    def answering(method: str, path: str) -> Answer:
        if method == "DELETE":
            return Answer(405, b'{"errors":[{"code":"UNSUPPORTED","message":"unsupported"}]}')
        return Answer()

    with HttpServer(answering) as server:
        host = server.url.removeprefix("http://")
        client = client_for(host, RegistryKind.GITHUB)
        with pytest.raises(DeletionDisabledError) as caught:
            client.delete_manifest(Repository(host, "acme/shop"), digest_of_bytes(b""))
    assert "GitHub deletes versions of packages on its site" in caught.value.hint


def test_forced_kind_beats_the_host() -> None:
    """A Harbor behind a name that says nothing is one, if the user says so."""
    body = b'{"errors":[{"code":"NOT_FOUND","message":"project acme not found"}]}'
    with HttpServer(lambda method, path: Answer(404, body)) as server:
        host = server.url.removeprefix("http://")
        with pytest.raises(RefusedError) as caught:
            client_for(host, RegistryKind.HARBOR).get_manifest(
                Repository(host, "acme/shop").tagged("v1")
            )
    assert 'make the project "acme" in Harbor first' in caught.value.hint
