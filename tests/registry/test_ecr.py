"""Amazon ECR's repositories are made at the first push, by a signed call, once."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.contracts.registry import put_blob
from tests.fakes.authority import Authority
from tests.fakes.http_server import Answer, HttpServer
from tests.fakes.proxy import Proxy
from tests.fakes.registry import FakeRegistry, running
from tests.registry.clients import Waits, client_of
from werfish.errors import RegistryError
from werfish.log import Log
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient
from werfish.registry.credentials import anonymous
from werfish.registry.errors import CredentialsError, RefusedError
from werfish.registry.hosts import RegistrySettings
from werfish.registry.proxies import Proxies
from werfish.registry.session import Open
from werfish.registry.vendors.aws_keys import Keys, find_keys
from werfish.registry.vendors.aws_signature import signed
from werfish.registry.vendors.ecr import repository_maker
from werfish.registry.vendors.vendor import RepositoryMaker

HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
KEYS = Keys("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
NOW = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
NO_REPOSITORY = Repository(HOST, "team/app")


def test_signature_is_that_of_awss_example() -> None:
    """The case ``post-vanilla`` of AWS's own test suite for signatures."""
    headers = signed(
        "https://example.amazonaws.com/",
        {},
        b"",
        KEYS,
        region="us-east-1",
        service="service",
        now=NOW,
    )
    assert headers["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        "SignedHeaders=host;x-amz-date, "
        "Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
    )


def test_temporary_keys_send_their_token() -> None:
    keys = Keys("id", "secret", "session")
    headers = signed("https://e/", {}, b"", keys, region="r", service="ecr", now=NOW)
    assert headers["X-Amz-Security-Token"] == "session"
    assert "x-amz-security-token" in headers["Authorization"]


def test_keys_of_the_environment_come_first(tmp_path: Path) -> None:
    write_keys(tmp_path, "default", "file")
    variables = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t"}
    assert find_keys(variables, tmp_path) == Keys("id", "s", "t")


@pytest.mark.parametrize("profile", ["default", "work"])
def test_keys_of_a_profile(tmp_path: Path, profile: str) -> None:
    write_keys(tmp_path, profile, "100%secret")
    variables = {"AWS_PROFILE": profile} if profile != "default" else {}
    assert find_keys(variables, tmp_path) == Keys("id", "100%secret")


def test_no_keys(tmp_path: Path) -> None:
    assert find_keys({}, tmp_path) is None


def test_broken_file_of_keys_is_named_and_not_shown(tmp_path: Path) -> None:
    write_keys(tmp_path, "default", "hunter2")
    path = tmp_path / ".aws" / "credentials"
    path.write_text("aws_secret_access_key = hunter2\n")
    with pytest.raises(CredentialsError, match="credentials") as caught:
        find_keys({}, tmp_path)
    assert "hunter2" not in str(caught.value)


def test_keys_are_not_shown() -> None:
    assert "wJalr" not in repr(KEYS)


def write_keys(home: Path, profile: str, secret: str) -> None:
    (home / ".aws").mkdir()
    text = f"[{profile}]\naws_access_key_id = id\naws_secret_access_key = {secret}\n"
    (home / ".aws" / "credentials").write_text(text)


class Aws:
    """AWS's side: its API answers as *status* and *document* say; the registry lies behind a proxy.

    What exists only there is made in *registry* by a call that is answered by 200.
    """

    def __init__(self, registry: FakeRegistry, authority: Authority) -> None:
        self.registry = registry
        self.authority = authority
        self.status = 200
        self.document: dict[str, str] = {}
        self.keys: Keys | None = KEYS

    def answer(self, method: str, path: str) -> Answer:
        """Answer the API's one call."""
        if self.status == 200 or "AlreadyExists" in str(self.document):
            self.registry.repository("team/app")
        return Answer(self.status, json.dumps(self.document).encode())

    def client(self, api: HttpServer, proxy: Proxy) -> RegistryClient:
        """Return a client that finds both."""
        settings = RegistrySettings(
            proxies=Proxies(https=f"http://{proxy.address}"), ca_file=self.authority.certificate
        )

        def maker(send: Open) -> RepositoryMaker:
            variables = {"AWS_ENDPOINT_URL_ECR": api.url}
            return repository_maker(send, lambda: self.keys, lambda: NOW, variables)

        log = Log(io.StringIO(), clock=lambda: 0.0)
        return RegistryClient(settings, anonymous, Waits().timing(), log, maker)


@pytest.fixture
def aws(tmp_path: Path) -> Iterator[Aws]:
    """Serve a registry under ECR's name, without repositories."""
    authority = Authority(tmp_path)
    with running(FakeRegistry(makes=True), authority.server(HOST)) as registry:
        yield Aws(registry, authority)


def with_aws(aws: Aws, work: Callable[[RegistryClient], object]) -> HttpServer:
    """Do *work* with a client, and return what AWS's API was asked."""
    with HttpServer(aws.answer) as api, Proxy(aws.registry.host) as proxy:
        client = aws.client(api, proxy)
        work(client)
        client.close()
    return api


def upload(client: RegistryClient) -> None:
    """Upload two blobs."""
    put_blob(client, NO_REPOSITORY, b"one")
    put_blob(client, NO_REPOSITORY, b"two")


def test_missing_repository_is_made_once(aws: Aws) -> None:
    api = with_aws(aws, upload)
    assert api.requests == [("POST", "/")]
    assert api.headers[0]["X-Amz-Target"].endswith(".CreateRepository")
    assert "/eu-west-1/ecr/aws4_request" in api.headers[0]["Authorization"]
    assert len(aws.registry.repository("team/app").blobs) == 2


def test_repository_that_another_made_meanwhile_is_fine(aws: Aws) -> None:
    aws.status, aws.document = 400, {"__type": "RepositoryAlreadyExistsException"}
    with_aws(aws, upload)
    assert len(aws.registry.repository("team/app").blobs) == 2


def test_existing_repository_is_not_made(aws: Aws) -> None:
    aws.registry.repository("team/app")
    assert with_aws(aws, upload).requests == []


def test_repository_is_made_before_somebody_else_pushes(aws: Aws) -> None:
    asked = [with_aws(aws, lambda client: client.make_repository(NO_REPOSITORY)) for _ in range(2)]
    assert "team/app" in aws.registry.repositories
    assert asked[1].requests == []  # the second time it was there


def test_missing_right_is_one_clear_error(aws: Aws) -> None:
    message = "User: arn:aws:iam::1:user/ci is not authorized to perform: ecr:CreateRepository"
    aws.status, aws.document = 400, {"__type": "AccessDeniedException", "message": message}
    with pytest.raises(RefusedError, match=r"not authorized to perform: ecr:Create") as caught:
        with_aws(aws, upload)
    assert "aws ecr create-repository --repository-name team/app" in caught.value.hint


def test_missing_keys_are_one_clear_error(aws: Aws) -> None:
    aws.keys = None
    with pytest.raises(CredentialsError, match="no keys of AWS") as caught:
        with_aws(aws, upload)
    assert "aws configure export-credentials" in caught.value.hint


def test_other_registries_are_left_alone() -> None:
    def nothing(request: object) -> None:
        raise AssertionError(request)

    make = repository_maker(nothing, lambda: KEYS, lambda: NOW, {})  # type: ignore[arg-type]  # never called
    assert not make(Repository("registry.example", "team/app"))


@pytest.mark.parametrize(
    ("host", "url"),
    [
        (HOST, "https://api.ecr.eu-west-1.amazonaws.com/"),
        (f"{HOST}.cn", "https://api.ecr.eu-west-1.amazonaws.com.cn/"),
        (HOST.replace("ecr", "ecr-fips"), "https://ecr-fips.eu-west-1.amazonaws.com/"),
    ],
)
def test_api_of_a_region(host: str, url: str) -> None:
    asked: list[str] = []

    def note(request: object) -> None:
        asked.append(request.url)  # type: ignore[attr-defined]  # a request
        raise RegistryError("no")

    make = repository_maker(note, lambda: KEYS, lambda: NOW, {})  # type: ignore[arg-type]  # raises
    with pytest.raises(RegistryError):
        make(Repository(host, "team/app"))
    assert asked == [url]


def test_without_a_maker_the_hint_says_how(aws: Aws) -> None:
    with Proxy(aws.registry.host) as proxy:
        settings = RegistrySettings(
            proxies=Proxies(https=f"http://{proxy.address}"), ca_file=aws.authority.certificate
        )
        with pytest.raises(RefusedError, match="NAME_UNKNOWN") as caught:
            upload(client_of(settings=settings))
    assert "aws ecr create-repository" in caught.value.hint
