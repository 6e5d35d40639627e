"""Images of a Docker daemon: what they are, and their tags."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from werfish.containers.backend import LocalImage, TaggedImage
from werfish.containers.docker_client import DaemonError, daemon_errors
from werfish.containers.fact_store import FactStore
from werfish.oci.config import History, ImageConfig

if TYPE_CHECKING:
    from docker import APIClient

_NOT_FOUND, _CONFLICT = 404, 409
_RUNTIME_KEYS = (
    *("ArgsEscaped", "Cmd", "Entrypoint", "Env", "ExposedPorts", "Healthcheck", "Labels"),
    *("OnBuild", "Shell", "StopSignal", "User", "Volumes", "WorkingDir"),
)
"""The keys of an image's own settings; a daemon adds those of containers."""


def find_image(api: "APIClient", reference: str) -> Mapping[str, Any] | None:
    """Return the daemon's description of the image with exactly this tag or id, or ``None``."""
    try:
        with daemon_errors(f'inspect image "{reference}"'):
            found: Mapping[str, Any] = api.inspect_image(reference)  # type: ignore[no-untyped-call]
    except DaemonError as error:
        if error.status == _NOT_FOUND:
            return None
        raise
    return found


def local_image(api: "APIClient", found: Mapping[str, Any], facts: FactStore) -> LocalImage:
    """Return the image that the daemon describes by *found*.

    An image that werfish assembled on this host has exactly the configuration that it was given;
    of any other one the daemon's word is taken, and its history where that makes sense.
    """
    image_id = str(found["Id"])
    config = facts.config(image_id)
    if config is None:
        with daemon_errors(f"read the history of image {image_id}"):
            history = api.history(image_id)  # type: ignore[no-untyped-call]
        config = config_of(found, history)
    return LocalImage(image_id, config)


def tagged_images(api: "APIClient", repository: str) -> Sequence[TaggedImage]:
    """Return every image with a tag in *repository*, one entry a tag."""
    with daemon_errors(f'list the images of "{repository}"'):
        images = api.images(name=repository)
    return tuple(
        TaggedImage(tag, str(image["Id"]), float(image["Created"]), image["Labels"] or {})
        for image in images
        for tag in image["RepoTags"] or ()
        if tag.startswith(f"{repository}:")
    )


def tag_image(api: "APIClient", image_id: str, reference: str) -> None:
    """Give an image the tag *reference* (``repository:tag``)."""
    repository, tag = split_tag(reference)
    with daemon_errors(f'tag image "{reference}"'):
        api.tag(image_id, repository, tag)


def remove_tag(api: "APIClient", reference: str) -> None:
    """Remove a tag, and the image if nothing else holds it; without it nothing happens.

    Force is used where a container holds the image only: with it the daemon removes tags, too, that
    another process gives the image meanwhile.
    """
    try:
        _remove(api, reference, force=False)
    except DaemonError as error:
        if error.status != _CONFLICT:
            raise
        _remove(api, reference, force=True)


def remove_untagged(api: "APIClient", image_id: str) -> None:
    """Remove an image that has no tag; one that is in use, or gone, is left as it is."""
    found = find_image(api, image_id)
    if found is not None and not found["RepoTags"]:
        with suppress(DaemonError):
            _remove(api, image_id, force=False)


def split_tag(reference: str) -> tuple[str, str]:
    """Return repository and tag; the tag is ``latest`` where none is written."""
    head, colon, last = reference.rpartition(":")
    return (head, last) if colon and "/" not in last else (reference, "latest")


def _remove(api: "APIClient", reference: str, *, force: bool) -> None:
    # Parents are not pruned: they may be what another build has just made.
    try:
        with daemon_errors(f'remove image "{reference}"'):
            api.remove_image(reference, force=force, noprune=True)
    except DaemonError as error:
        if error.status != _NOT_FOUND:
            raise


def config_of(found: Mapping[str, Any], history: Sequence[Mapping[str, Any]]) -> ImageConfig:
    """Return the configuration by the daemon's description and history (newest line first)."""
    settings = found["Config"] or {}
    layers = tuple((found.get("RootFS") or {}).get("Layers") or ())
    return ImageConfig(
        architecture=found["Architecture"],
        os=found["Os"],
        created=found["Created"],
        runtime={key: settings[key] for key in _RUNTIME_KEYS if settings.get(key)},
        diff_ids=layers,
        history=_history(history, len(layers)),
        variant=found.get("Variant") or "",
    )


def _history(lines: Sequence[Mapping[str, Any]], layers: int) -> tuple[History, ...]:
    """Return the history, oldest first, or nothing where it is unclear which line has a layer."""
    is_empty = [not line["Size"] for line in lines]
    if len(lines) == layers:
        is_empty = [False] * layers
    if is_empty.count(False) != layers:
        return ()
    return tuple(
        History(_time(line["Created"]), line["CreatedBy"], line.get("Comment") or "", empty)
        for line, empty in zip(reversed(lines), reversed(is_empty), strict=True)
    )


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
