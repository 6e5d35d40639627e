"""Push an image to a registry on loopback, by the few requests that this takes.

Not by urllib, which would ask the proxy that the environment names.
"""

from __future__ import annotations

import http.client
import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from integration.kit.errors import KitError
from integration.kit.image import CONFIG_TYPE, FILES, LAYER_TYPE, MANIFEST_TYPE, digest_of

Body = bytes | BinaryIO


@dataclass(frozen=True, slots=True)
class Answer:
    """What a registry answered."""

    status: int
    location: str


def is_pushed(reference: str) -> bool:
    """Tell whether the registry of *reference* holds that image."""
    host, name, tag = split(reference)
    try:
        answer = _ask(host, "HEAD", f"/v2/{name}/manifests/{tag}", {"Accept": MANIFEST_TYPE})
    except (OSError, http.client.HTTPException):
        return False
    return answer.status == 200


def push(folder: Path, reference: str) -> None:
    """Push the image in *folder* as *reference*."""
    host, name, tag = split(reference)
    doing = f"bases: push {reference}"
    try:
        for kind in (CONFIG_TYPE, LAYER_TYPE):
            upload = _ask(host, "POST", f"/v2/{name}/blobs/uploads/", {})
            _put(host, _place(upload.location, folder / FILES[kind]), folder / FILES[kind], doing)
        place = f"/v2/{name}/manifests/{tag}"
        _put(host, place, folder / FILES[MANIFEST_TYPE], doing, kind=MANIFEST_TYPE)
    except (OSError, http.client.HTTPException) as error:
        raise KitError(doing, str(error)) from error


def split(reference: str) -> tuple[str, str, str]:
    """Return host, name and tag of *reference*.

    >>> split("127.0.0.1:5000/library/busybox:1.35")
    ('127.0.0.1:5000', 'library/busybox', '1.35')
    """
    host, _, path = reference.partition("/")
    name, _, tag = path.rpartition(":")
    return host, name, tag


def _place(location: str, path: Path) -> str:
    address = urllib.parse.urlsplit(location)
    query = urllib.parse.urlencode({"digest": digest_of(path)})
    return f"{address.path}?{address.query}&{query}" if address.query else f"{address.path}?{query}"


def _put(
    host: str, place: str, path: Path, doing: str, *, kind: str = "application/octet-stream"
) -> None:
    headers = {"Content-Type": kind, "Content-Length": str(path.stat().st_size)}
    with path.open("rb") as content:
        answer = _ask(host, "PUT", place, headers, content)
    if answer.status != 201:
        raise KitError(doing, f"the registry answered {answer.status} to {path.name}")


def _ask(host: str, method: str, path: str, headers: dict[str, str], body: Body = b"") -> Answer:
    connection = http.client.HTTPConnection(host, timeout=300)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return Answer(answer.status, answer.headers.get("Location", ""))
    finally:
        connection.close()
