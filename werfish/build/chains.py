"""What is known of the chains of a build while they are made; who needs more waits for it.

An image that is built from another one, or imports from it, depends on what that holds after a
stage. It goes on as soon as that stage is there, not when the whole image is.
"""

import threading
from collections.abc import Mapping, Sequence
from contextlib import nullcontext

from stages.digest import Digest, Part, digest_of
from stages.light_dataclass import dataclass
from stages.order import needed_for
from stages.stage import Selected, Stage
from werfish.build.slots import Waiting
from werfish.build.support import Image
from werfish.errors import counted
from werfish.storage.stored_stage import StoredStage


@dataclass(frozen=True, slots=True)
class BuiltStage:
    """One stage of a finished chain.

    *reason* says why it was built, and *seconds* how long that took; empty where it was found.
    """

    stage: Stage
    stored: StoredStage
    reason: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class BuiltChain:
    """An image whose stages all exist now."""

    image: Image
    stages: tuple[BuiltStage, ...]

    @property
    def last(self) -> StoredStage:
        """The stage that is the image."""
        return self.stages[-1].stored

    @property
    def signature(self) -> Digest:
        """The digest of the image's content: its last stage, and the commits that it holds."""
        last = self.last
        return identity_of(Selected(last.name, last.digest, last.commits))

    @property
    def rebuilt(self) -> tuple[BuiltStage, ...]:
        """The stages that were built in this run."""
        return tuple(stage for stage in self.stages if stage.reason)


def outcome_of(chain: BuiltChain) -> str:
    """Return in a few words what was built of *chain*."""
    count, rebuilt = len(chain.stages), len(chain.rebuilt)
    stages = counted(count, "stage")
    return f"{rebuilt} of {stages} built" if rebuilt else f"up to date ({stages})"


class StoppedError(Exception):
    """The build was stopped while something was waited for; who waits ends silently."""


@dataclass(slots=True)
class _Chain:
    stages: list[tuple[Selected, StoredStage | None]]
    is_complete: bool = False


class _Told(threading.local):
    """What a thread was told: stages by image and by the name that was asked for."""

    def __init__(self) -> None:
        self.stages: dict[tuple[str, str], StoredStage | None] = {}


class Chains:
    """The stages of all images of one build, as they come to be. Satisfies `OtherImages`.

    Whoever was told an identity gets the stage of it, also where that image has begun again since:
    it stands in a digest. And who holds a slot must not wait for one who needs a slot. Each image
    has a thread of its own.
    """

    def __init__(self, waiting: Waiting = nullcontext, place: str = "") -> None:
        """Nothing is known yet; stages are kept in *place*."""
        self.place = place
        self._waiting = waiting
        self._changed = threading.Condition()
        self._chains: dict[str, _Chain] = {}
        self._is_stopped = False
        self._told = _Told()

    def add(self, image: str, selected: Selected, stored: StoredStage | None = None) -> None:
        """Tell that *image* has one more stage; *stored* where it exists already."""
        with self._changed:
            self._chains.setdefault(image, _Chain([])).stages.append((selected, stored))
            self._changed.notify_all()

    def complete(self, image: str) -> None:
        """Tell that *image* has no more stages."""
        with self._changed:
            self._chains.setdefault(image, _Chain([])).is_complete = True
            self._changed.notify_all()

    def restart(self, image: str) -> None:
        """Take back what was told of *image*: it begins again."""
        with self._changed:
            self._chains.pop(image, None)

    def stop(self) -> None:
        """Let everybody who waits end with a `StoppedError`."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()

    def identity(self, image: str, stage: str = "") -> str:
        """Return what *image* holds after *stage*, else after its last one; wait for it."""
        selected, stored = self._awaited(image, stage)
        self._told.stages[image, stage] = stored
        return identity_of(selected).value

    def stored(self, image: str, stage: str = "") -> StoredStage | None:
        """Return the stage of the `identity` that this thread was told; `None` if not built."""
        if (image, stage) not in self._told.stages:
            self.identity(image, stage)
        return self._told.stages[image, stage]

    def _awaited(self, image: str, stage: str) -> tuple[Selected, StoredStage | None]:
        with self._changed:
            found = self._known(image, stage)
            if found is None:
                with self._waiting(f"{stage} of {image}" if stage else image):
                    while (found := self._known(image, stage)) is None:
                        self._changed.wait()
            return found

    def _known(self, image: str, stage: str) -> tuple[Selected, StoredStage | None] | None:
        if self._is_stopped:
            raise StoppedError
        return _found(self._chains.get(image), stage)


def identity_of(selected: Selected) -> Digest:
    """Return the digest of what an image holds after the stage *selected*, with its commits."""
    commits = (Part("commit", key, value) for key, value in selected.commits)
    return digest_of("image", (Part("stage", selected.name, selected.digest.value), *commits))


def _found(chain: _Chain | None, stage: str) -> tuple[Selected, StoredStage | None] | None:
    """Return the wanted stage, where it is known by now which one that is."""
    if chain is None or not chain.stages:
        return None
    if not stage:
        return chain.stages[-1] if chain.is_complete else None
    for selected, stored in chain.stages:
        if selected.name == stage and selected.step.is_last:
            return selected, stored
    return chain.stages[-1] if chain.is_complete else None


def dependents_of(needs: Mapping[str, Sequence[str]]) -> Mapping[str, int]:
    """Return for each image how many others need it, directly or not."""
    needing: dict[str, list[str]] = {name: [] for name in needs}
    for name, needed in needs.items():
        for one in needed:
            needing.setdefault(one, []).append(name)
    return {name: len(needed_for([name], needing)) - 1 for name in needing}
