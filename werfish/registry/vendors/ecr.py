"""Amazon ECR: a repository has to be made before the first push, by a call of AWS's own API.

The call is signed here, with keys from where AWS's programs look first: the environment, then the
profile's in ``~/.aws/credentials``. Blobs go whole, as what ECR says about parts stands still.
See https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime

from werfish.oci.reference import Repository
from werfish.registry.errors import CredentialsError, refusal_of
from werfish.registry.messages import Answer, Request
from werfish.registry.vendors.aws_keys import Keys
from werfish.registry.vendors.aws_signature import signed
from werfish.registry.vendors.vendor import Advice, RepositoryMaker, Vendor

ECR = Vendor(
    "Amazon ECR",
    takes_parts=False,
    makes=True,
    login='log in with "aws ecr get-login-password | docker login --username AWS --password-stdin'
    ' {host}"; a login lasts for twelve hours',
    advice=(
        Advice("immutable", "let the repository's tags be overwritten, or choose another tag"),
        Advice(
            "NAME_UNKNOWN",
            'make the repository with "aws ecr create-repository --repository-name {path}"',
        ),
        Advice("expired", "log in again: a login to ECR lasts for twelve hours"),
    ),
)

_HOST = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr(?P<fips>-fips)?\.(?P<region>[\w-]+)\.amazonaws\.com(?P<cn>\.cn)?"
)
_TARGET = "AmazonEC2ContainerRegistry_V20150921.CreateRepository"

Send = Callable[[Request], AbstractContextManager[Answer]]


def repository_maker(
    send: Send,
    keys: Callable[[], Keys | None],
    clock: Callable[[], datetime],
    environment: Mapping[str, str],
) -> RepositoryMaker:
    """Return what makes repositories of ECR, each once; other registries' are left alone."""
    lock = threading.Lock()
    made: set[Repository] = set()

    def make(repository: Repository) -> bool:
        found = _HOST.fullmatch(repository.registry)
        if found is None:
            return False
        with lock:
            if repository not in made:
                url = _endpoint(found, environment)
                _create(send, keys(), repository, found, url, clock())
                made.add(repository)
        return True

    return make


def _endpoint(host: "re.Match[str]", environment: Mapping[str, str]) -> str:
    """Return where the API is; AWS's own variables name another place, such as one of a test."""
    fips, region, cn = host["fips"] or "", host["region"], host["cn"] or ""
    usual = (
        f"https://ecr{fips}.{region}.amazonaws.com{cn}"
        if fips
        else (f"https://api.ecr.{region}.amazonaws.com{cn}")
    )
    named = environment.get("AWS_ENDPOINT_URL_ECR") or environment.get("AWS_ENDPOINT_URL")
    return f"{(named or usual).rstrip('/')}/"


def _create(
    send: Send,
    keys: Keys | None,
    repository: Repository,
    host: "re.Match[str]",
    url: str,
    now: datetime,
) -> None:
    doing = f'make the repository "{repository}"'
    by_hand = f'"aws ecr create-repository --repository-name {repository.path}"'
    if keys is None:
        raise CredentialsError(
            f"{doing}: there are no keys of AWS in the environment or in ~/.aws/credentials",
            hint=f'run {by_hand}, or eval "$(aws configure export-credentials --format env)"',
        )
    document = {"registryId": host["account"], "repositoryName": repository.path}
    body = json.dumps(document).encode()
    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": _TARGET}
    headers = signed(url, headers, body, keys, region=host["region"], service="ecr", now=now)
    with send(Request("POST", url, doing, headers, lambda: [body], len(body))) as answer:
        data = answer.read()
    if answer.status == 200:
        return
    error = refusal_of(doing, str(repository), repository.registry, answer.status, data, who="AWS")
    if not error.has_code("RepositoryAlreadyExistsException"):
        error.hint = f"run {by_hand} as somebody who may, or allow ecr:CreateRepository"
        raise error
