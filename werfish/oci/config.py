"""The configuration of an image, as OCI and Docker store it. Pure.

Its digest is the image's id, so it is written canonically and holds no clock: ``created`` is a
function of the inputs.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from stages.light_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class History:
    """One line of an image's history; *empty_layer* where it changed the configuration only."""

    created: str
    created_by: str
    comment: str = ""
    empty_layer: bool = False


@dataclass(frozen=True, slots=True)
class ImageConfig:
    """What an image is: its layers, and how containers of it start.

    *runtime* is the ``config`` object with Docker's keys (``Env``, ``Cmd``, ``Entrypoint``,
    ``Labels``, ``WorkingDir``, ``User``, ``ExposedPorts``, ``Volumes``, ``Healthcheck``…).
    *created* is RFC 3339. *history* is empty, or has exactly one non-empty entry a layer.
    """

    architecture: str
    os: str
    created: str
    runtime: Mapping[str, Any]
    diff_ids: tuple[str, ...]
    history: tuple[History, ...] = ()
    variant: str = ""
    author: str = ""

    @property
    def platform(self) -> str:
        """What it runs on: ``os/arch``, with the variant where one is told."""
        return "/".join(filter(None, (self.os, self.architecture, self.variant)))

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels, empty where there are none."""
        return self.runtime.get("Labels") or {}

    def with_layers(self, diff_ids: tuple[str, ...], created_by: str) -> "ImageConfig":
        """Return the configuration with *diff_ids* on top; one line of history says why.

        Without layers the line is marked empty. A base whose history is unknown stays without.
        """
        history = self.history
        if self.history or not self.diff_ids:
            lines = [History(self.created, created_by) for _ in diff_ids]
            empty = [History(self.created, created_by, empty_layer=True)]
            history = (*self.history, *(lines or empty))
        return replace(self, diff_ids=(*self.diff_ids, *diff_ids), history=history)

    def document(self) -> dict[str, Any]:
        """Return the JSON-ready document."""
        document: dict[str, Any] = {
            "architecture": self.architecture,
            "config": {key: value for key, value in self.runtime.items() if value is not None},
            "os": self.os,
            "rootfs": {"type": "layers", "diff_ids": list(self.diff_ids)},
        }
        if self.created:
            document["created"] = self.created
        if self.variant:
            document["variant"] = self.variant
        if self.author:
            document["author"] = self.author
        if self.history:
            document["history"] = [_history_document(entry) for entry in self.history]
        return document

    def encode(self) -> bytes:
        """Return the canonical bytes: sorted keys, no spaces, UTF-8."""
        return json.dumps(
            self.document(), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()

    @property
    def id(self) -> str:
        """The id of an image that has this configuration: ``sha256:`` and the digest."""
        return f"sha256:{sha256(self.encode()).hexdigest()}"


def nothing(platform: str) -> ImageConfig:
    """Return the configuration of an image that holds nothing: no layers, no settings."""
    os, architecture, *variant = platform.split("/")
    return ImageConfig(architecture, os, "", {}, (), variant="".join(variant))


def fits(found: str, wanted: str) -> bool:
    """Whether an image for platform *found* is one for *wanted*; an unknown variant fits any."""
    own, other = found.split("/"), wanted.split("/")
    return own[:2] == other[:2] and (own[2:] == other[2:] or not own[2:] or not other[2:])


def decode_config(data: bytes) -> ImageConfig:
    """Read a configuration as a registry stores it; ValueError where it is not one."""
    document = json.loads(data)
    if not isinstance(document, dict) or "rootfs" not in document:
        raise ValueError("not an image configuration")
    return ImageConfig(
        architecture=document.get("architecture", ""),
        os=document.get("os", ""),
        variant=document.get("variant", ""),
        author=document.get("author", ""),
        created=document.get("created", ""),
        runtime=document.get("config") or {},
        diff_ids=tuple(document["rootfs"].get("diff_ids") or ()),
        history=tuple(
            History(
                entry.get("created", ""),
                entry.get("created_by", ""),
                entry.get("comment", ""),
                bool(entry.get("empty_layer")),
            )
            for entry in document.get("history") or ()
        ),
    )


def _history_document(entry: History) -> dict[str, Any]:
    document: dict[str, Any] = {"created_by": entry.created_by}
    if entry.created:
        document["created"] = entry.created
    if entry.comment:
        document["comment"] = entry.comment
    if entry.empty_layer:
        document["empty_layer"] = True
    return document
