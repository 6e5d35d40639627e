"""What a build would do now, told without building anything."""

from collections.abc import Sequence

from stages.chain import Sources
from stages.digest import Digest
from stages.light_dataclass import dataclass
from stages.order import ordered
from stages.stage import Selected, Stage
from werfish.build.adapters import BuildAdapters
from werfish.build.chains import Chains
from werfish.build.lookup import following, found, reader_of, reason_of, sources_of
from werfish.build.placed import placed_in
from werfish.build.support import Image
from werfish.storage.stored_stage import StoredStage


@dataclass(frozen=True, slots=True)
class PlannedStage:
    """A stage of *image* as it is now: *stored*, or to be built for a *reason*.

    It *is_shared* where an image before this one has the same, so that it is built for that one.
    """

    image: Image
    stage: Stage
    stored: StoredStage | None
    reason: str = ""
    is_shared: bool = False


def planned_stages(
    project: str, images: Sequence[Image], adapters: BuildAdapters
) -> tuple[PlannedStage, ...]:
    """Return all stages of *images*, and which of them a build would build now.

    They are in the order of a build that works on one image after the other.
    """
    known = {image.name: image for image in images}
    chains = Chains(place=adapters.storage.place)
    sources = sources_of(adapters, chains, reader_of(adapters))
    planned: list[PlannedStage] = []
    made: set[Digest] = set()
    for name in ordered({image.name: image.needs for image in images}):
        image = known[name]
        remembered = adapters.record.parts_of(project, name)
        previous: Selected | None = None
        while (stage := _following(image, previous, sources)) is not None:
            stored = found(stage, adapters)
            reason = "" if stored else reason_of(stage, remembered)
            planned.append(PlannedStage(image, stage, stored, reason, stage.digest in made))
            made.add(stage.digest)
            commits = stored.commits if stored else stage.commits
            previous = Selected(stage.name, stage.digest, commits, stage.step)
            chains.add(name, previous, stored)
        chains.complete(name)
    return tuple(planned)


def _following(image: Image, previous: Selected | None, sources: Sources) -> Stage | None:
    with placed_in(image):
        return following(image, previous, sources)
