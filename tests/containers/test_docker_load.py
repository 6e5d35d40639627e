"""The archive that is loaded: what it names, and that it carries only what is new."""

import io
import json
import tarfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.http_server import Answer, HttpServer
from werfish.containers.backend import Layer
from werfish.containers.docker_client import DaemonError
from werfish.containers.docker_images import remove_tag
from werfish.containers.docker_load import archive_of, load_image
from werfish.containers.docker_look import LookingClient
from werfish.oci.config import ImageConfig

CONFIG = ImageConfig("amd64", "linux", "", {}, ("sha256:aa", "sha256:bb"))


def test_an_archive_names_all_layers_and_carries_the_new_ones(tmp_path: Path) -> None:
    blob = tmp_path / "blob"
    blob.write_bytes(b"compressed" * 1000)
    layer = Layer("sha256:bb", blob, "sha256:cc", 10_000)
    data = b"".join(archive_of([(CONFIG, "r:1")], [layer, layer]))
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        files = {member.name: archive.extractfile(member) for member in archive}
        contents = {name: file.read() for name, file in files.items() if file is not None}
    name = f"{CONFIG.id.removeprefix('sha256:')}.json"
    assert set(contents) == {name, "manifest.json", "bb.tar"}
    assert contents[name] == CONFIG.encode()
    assert contents["bb.tar"] == blob.read_bytes()
    [manifest] = json.loads(contents["manifest.json"])
    assert manifest == {"Config": name, "RepoTags": ["r:1"], "Layers": ["aa.tar", "bb.tar"]}


def test_an_archive_may_have_several_images() -> None:
    other = replace(CONFIG, runtime={"Cmd": ["other"]})
    data = b"".join(archive_of([(CONFIG, "r:1"), (other, "")], []))
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        listing = archive.extractfile("manifest.json")
        assert listing is not None
        images = json.load(listing)
        assert archive.getnames() == [*(image["Config"] for image in images), "manifest.json"]
    assert [image["RepoTags"] for image in images] == [["r:1"], None]


def client_of(server: HttpServer) -> Any:
    host, _, port = server.url.removeprefix("http://").partition(":")
    return LookingClient((host, int(port)), pytest.fail)


def daemon(inspections: Iterable[Answer], removals: Iterable[Answer] = ()) -> HttpServer:
    """Return a daemon that loads, and answers the other questions in turn."""
    inspected, removed = iter(inspections), iter(removals)

    def answering(method: str, path: str) -> Answer:
        if path == "/_ping":
            return Answer(headers={"Api-Version": "1.41"})
        if method == "DELETE":
            return next(removed)
        return Answer(body=b"{}\n") if "/images/load" in path else next(inspected)

    return HttpServer(answering)


GONE = Answer(404, b'{"message": "no such image"}')
NAMELESS, THERE = Answer(body=b'{"RepoTags": []}'), Answer(body=b'{"RepoTags": ["r:1"]}')


def test_an_image_that_somebody_removed_meanwhile_is_loaded_again() -> None:
    with daemon([GONE, NAMELESS, THERE]) as server:
        load_image(client_of(server), CONFIG, (), "r:1")
    assert [method for method, _ in server.requests[1:]] == ["POST", "GET"] * 3


def test_an_image_that_never_stays_is_an_error() -> None:
    with daemon([GONE] * 5) as server, pytest.raises(DaemonError, match=r'"r:1".*not there'):
        load_image(client_of(server), CONFIG, (), "r:1")


def test_a_tag_is_not_removed_by_force_at_once() -> None:
    with daemon([], [Answer(), GONE]) as server:
        remove_tag(client_of(server), "r:1")
        remove_tag(client_of(server), "r:2")
    assert all("force=False" in path for method, path in server.requests if method == "DELETE")
