"""A Docker daemon over HTTP that has the images of a `FakeBackend`, and only lets look at them."""

import json
import re
from urllib.parse import unquote

from tests.fakes.backend import FakeBackend
from tests.fakes.http_server import Answer, HttpServer

API_VERSION = "1.41"
_INSPECT = re.compile(r"/v[0-9.]+/images/(.+)/json")
_LISTS = {"containers": b"[]", "images": b"[]", "volumes": b'{"Volumes": []}'}


def daemon_of(backend: FakeBackend) -> HttpServer:
    """Return a daemon that answers for *backend*; whoever asks for more than a look gets 500."""
    return HttpServer(lambda method, path: _answer(backend, method, path.partition("?")[0]))


def _answer(backend: FakeBackend, method: str, path: str) -> Answer:
    if method != "GET":
        return Answer(500, b'{"message": "only looking is allowed"}')
    if path == "/_ping":
        return Answer(body=b"OK", headers={"Api-Version": API_VERSION})
    if asked := _INSPECT.fullmatch(path):
        return _inspected(backend, unquote(asked[1]))
    return Answer(body=_LISTS[path.removesuffix("/json").rpartition("/")[2]])


def _inspected(backend: FakeBackend, reference: str) -> Answer:
    image = backend.inspect(reference)
    if image is None:
        return Answer(404, json.dumps({"message": f"No such image: {reference}"}).encode())
    config = image.config
    described = {
        "Id": image.id,
        "RepoTags": [tag for tag, held in backend.tags.items() if held == image.id],
        "Architecture": config.architecture,
        "Os": config.os,
        "Created": config.created,
        "Config": config.runtime,
        "RootFS": {"Layers": list(config.diff_ids)},
        "Size": backend.size(image),
    }
    return _json(described)


def _json(document: object) -> Answer:
    return Answer(body=json.dumps(document).encode())
