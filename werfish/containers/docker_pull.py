"""Base images: found among the daemon's own, else pulled, through mirrors of Docker Hub first."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from stages.light_dataclass import dataclass
from werfish.backoff import Timing
from werfish.containers.docker_client import DaemonError
from werfish.containers.docker_images import find_image, tag_image
from werfish.containers.docker_pull_again import with_pulls_again
from werfish.containers.docker_stream import messages, registry_of
from werfish.errors import PlacedError
from werfish.log import Log
from werfish.oci.config import fits
from werfish.oci.reference import HUB, Reference, parse_reference

if TYPE_CHECKING:
    from docker import APIClient

_INTERVAL = 2.0
"""Seconds between two lines of progress."""


_UNKNOWN = 'check name and tag; a private image needs "docker login"'
_AWAY = (
    "check that the registry runs, and its name and port;"
    " a mirror of Docker Hub is named by --container-registry-mirror"
)
_OLD_DAEMON = (
    "Docker before version 23 reads no layers compressed with zstd: update it, or use the image"
    " with layers compressed by gzip"
)
_NO_ANSWER = (
    "connection refused", "no such host", "i/o timeout", "no route to host",
    "refuses connections", "is not a known host",
)  # fmt: skip
_OTHER_PLATFORM = "name a platform that it is there for: platform in werf.yaml, or --platform"


def _hint(problems: Sequence[str]) -> str:
    """Return what to do about *problems*, which each registry has had."""
    if all(any(sign in problem for sign in _NO_ANSWER) for problem in problems):
        return _AWAY
    if any("invalid tar header" in problem for problem in problems):
        return _OLD_DAEMON
    return _OTHER_PLATFORM if all(" has it for " in one for one in problems) else _UNKNOWN


class UnknownBaseError(PlacedError):
    """A base image is in none of the places where it may be; *problems* says so for each."""

    key = "from"

    def __init__(self, reference: str, problems: Sequence[str]) -> None:
        """Name the base image as the user wrote it."""
        said = "; ".join(problems)
        super().__init__(
            f'resolve the base image "{reference}": {said}',
            hint=_hint(problems),
        )
        self.reference = reference
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Puller:
    """What pulling needs: the daemon, *mirrors* (hosts), a *platform*, and how to wait."""

    api: "APIClient"
    mirrors: Sequence[str]
    platform: str
    log: Log
    timing: Timing

    def resolve(self, text: str) -> Mapping[str, Any]:
        """Return the daemon's description of image *text*; `UnknownBaseError` if it is nowhere."""
        reference = _parsed(text)
        places = [*_mirrored(reference, self.mirrors), reference]
        for name in dict.fromkeys([text, *map(str, places)]):
            found = find_image(self.api, name)
            if found is not None and _fits(found, self.platform):
                return found
        return self._pulled(text, places)

    def _pulled(self, text: str, places: Sequence[Reference]) -> Mapping[str, Any]:
        problems = []
        for place in places:
            try:
                with_pulls_again(partial(self._pull, text, place), self.timing, self.log)
            except DaemonError as error:
                problems.append(f"{place.repository.registry} says: {error.problem}")
                continue
            found = find_image(self.api, str(place))
            if found is not None and _fits(found, self.platform):
                self._name(found, text, place)
                return found
            if found is not None:
                what = f"has it for {_platform(found)}, not for {self.platform}"
                problems.append(f"{place.repository.registry} {what}")
                continue
            problems.append(f"{place.repository.registry}: pulled, and gone again")
        raise UnknownBaseError(text, problems)

    def _pull(self, text: str, place: Reference) -> None:
        """Pull *place* and report the progress of it as that of *text*."""
        done: dict[str, tuple[int, int]] = {}
        shown = self.timing.clock()
        source = {"fromImage": str(place.repository), "tag": place.target}
        for message in messages(
            self.api,
            "/images/create",
            f'pull "{place}"',
            params={**source, "platform": self.platform},
            registry=registry_of(str(place.repository)),
        ):
            _count(message, done)
            if self.timing.clock() - shown >= _INTERVAL:
                shown = self.timing.clock()
                self.log.passing(f"pulling {text}: {_progress(done)}")

    def _name(self, found: Mapping[str, Any], text: str, place: Reference) -> None:
        """Give what came from a mirror its own name too, so that the next look-up finds it."""
        if "@" not in text and _parsed(text) != place:
            tag_image(self.api, str(found["Id"]), text)


def pull_image(api: "APIClient", text: str, timing: Timing, log: Log) -> None:
    """Pull the image *text* of a registry; `DaemonError` where that fails."""
    place = _parsed(text)
    params = {"fromImage": str(place.repository), "tag": place.target}
    registry = registry_of(str(place.repository))
    doing = f'pull "{text}"'

    def pull() -> None:
        for _ in messages(api, "/images/create", doing, params=params, registry=registry):
            pass

    with_pulls_again(pull, timing, log)


def digest_of(found: Mapping[str, Any], text: str) -> str:
    """Return the digest of the image's manifest where it came from; empty for a local image."""
    digests = [parse_reference(name) for name in found.get("RepoDigests") or ()]
    wanted = _parsed(text).repository
    own = sorted(one.digest for one in digests if one.repository == wanted)
    return (own or sorted(one.digest for one in digests) or [""])[0]


def _parsed(text: str) -> Reference:
    try:
        return parse_reference(text)
    except ValueError as error:
        raise UnknownBaseError(text, [str(error)]) from error


def _mirrored(reference: Reference, mirrors: Sequence[str]) -> list[Reference]:
    if reference.repository.registry != HUB:
        return []
    name = str(reference).removeprefix(f"{HUB}/")
    return [parse_reference(f"{mirror}/{name}") for mirror in mirrors]


def _fits(found: Mapping[str, Any], platform: str) -> bool:
    return fits(_platform(found), platform)


def _platform(found: Mapping[str, Any]) -> str:
    parts = (found["Os"], found["Architecture"], found.get("Variant") or "")
    return "/".join(filter(None, parts))


def _count(message: Mapping[str, Any], done: dict[str, tuple[int, int]]) -> None:
    detail = message.get("progressDetail") or {}
    if message.get("status") == "Downloading" and detail.get("total"):
        done[str(message.get("id"))] = (int(detail["current"]), int(detail["total"]))


def _progress(done: Mapping[str, tuple[int, int]]) -> str:
    current = sum(count for count, _ in done.values()) / 1e6
    total = sum(count for _, count in done.values()) / 1e6
    return f"{current:.1f} of {total:.1f} MB" if done else "waiting for the registry"
