"""The chain of an image, stage by stage.

A digest contains the identity of the stage that was *selected* before it, so a chain is computed
step by step: `next_stage` gives the stage that follows the selected one, the caller looks it up or
builds it, and goes on from what it got.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace

from stages.digest import Part, digest_of
from stages.dockerfile import DockerfileSpec
from stages.errors import MissingPathError
from stages.image import ImageSpec
from stages.instruction import Dockerfiles, NoDockerfiles
from stages.kinds.base import base_parts
from stages.kinds.dockerfile import dockerfile_parts
from stages.kinds.git import (
    CACHE_STEP,
    archive_parts,
    cache_parts,
    changes_of,
    empty_submodule_above,
    empty_submodule_parts,
    patch_parts,
    patch_size,
)
from stages.kinds.imports import import_parts
from stages.kinds.instructions import has_instructions, instruction_parts, steps_of
from stages.kinds.runtime import runtime_parts
from stages.kinds.settings import settings_parts
from stages.light_dataclass import dataclass
from stages.mapping import GitMapping
from stages.sources import (
    BaseImages,
    NoBaseImages,
    NoOtherImages,
    OtherImages,
    Repositories,
    Repository,
    TreeEntry,
    entries_in,
)
from stages.stage import (
    BRINGS_GIT,
    IMPORTS,
    RUNS_INSTRUCTIONS,
    WHOLE,
    Chain,
    Selected,
    Stage,
    StageName,
    Step,
)

ORDER = tuple(name for name in StageName if name is not StageName.DOCKERFILE)
_OF_FINISHED_IMAGES = frozenset(
    {StageName.GIT_CACHE, StageName.GIT_LATEST_PATCH, StageName.DOCKER_INSTRUCTIONS}
)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the facts of a chain come from: the project's *repository* at the commit to build.

    *remotes* are other repositories by key, *images* the project's other images, *bases* those of
    registries, *dockerfiles* what images from a Dockerfile are built from.
    """

    repository: Repository
    remotes: Mapping[str, Repository] = field(default_factory=dict, hash=False)
    images: OtherImages = field(default_factory=NoOtherImages, hash=False)
    bases: BaseImages = field(default_factory=NoBaseImages, hash=False)
    dockerfiles: Dockerfiles = field(default_factory=NoDockerfiles, hash=False)

    @property
    def repositories(self) -> Repositories:
        """All of them; the project's own has the empty name."""
        return {"": self.repository, **self.remotes}

    def entries(self, mapping: GitMapping) -> Sequence[TreeEntry]:
        """Return the entries of the commit that *mapping* takes its files from."""
        repository = self.repositories[mapping.repository]
        return repository.entries(repository.commit)

    def added(self, mapping: GitMapping) -> Sequence[TreeEntry]:
        """Return those that *mapping* adds, before its globs choose among them.

        Many images take a folder each of one large tree: each looks at its own folder only.
        """
        return entries_in(self.entries(mapping), mapping.tree_path)


def next_stage(
    image: ImageSpec | DockerfileSpec, previous: Selected | None, sources: Sources
) -> Stage | None:
    """Return the stage that follows *previous* in the chain of *image*, or ``None`` at its end.

    Empty stages are passed over. Raises `MissingPathError` where a git mapping adds a path that
    the commit does not have, `DockerfileError` where a Dockerfile is wrong.
    """
    if isinstance(image, DockerfileSpec):
        return _stage_of_dockerfile(image, previous, sources)
    for name, step in _following(image, previous):
        parts = _parts(image, name, step, previous, sources)
        if parts is not None:
            return _stage(image, name, step, parts, previous, sources)
    return None


def _following(image: ImageSpec, previous: Selected | None) -> Iterator[tuple[StageName, Step]]:
    """Yield what may follow *previous*: the next instruction of its stage, then other stages."""
    if previous is not None and not previous.step.is_last:
        number, count = previous.step.number + 1, previous.step.count
        yield previous.name, Step(number, count)
        return
    for name in ORDER if previous is None else ORDER[ORDER.index(previous.name) + 1 :]:
        yield name, steps_of(image, name)[0] if name in RUNS_INSTRUCTIONS else WHOLE


def _stage_of_dockerfile(
    image: DockerfileSpec, previous: Selected | None, sources: Sources
) -> Stage | None:
    """Return the one stage, or the settings after it; content decides, so they hold no commit."""
    if previous is None:
        parts = dockerfile_parts(image, sources.dockerfiles.facts(image), sources.images)
        return Stage(StageName.DOCKERFILE, digest_of(StageName.DOCKERFILE, parts), parts)
    if image.settings is None or previous.name is StageName.IMAGE_SPEC:
        return None
    parts = (*settings_parts(image.settings), *_identity(previous))
    return Stage(StageName.IMAGE_SPEC, digest_of(StageName.IMAGE_SPEC, parts), parts)


def chain_of(
    image: ImageSpec | DockerfileSpec, sources: Sources, select: Callable[[Stage], Selected | None]
) -> Chain:
    """Return the chain of *image*, each stage selected by *select* or taken as to be built."""
    stages: list[Stage] = []
    previous: Selected | None = None
    while (stage := next_stage(image, previous, sources)) is not None:
        stages.append(stage)
        previous = replace(select(stage) or built(stage), step=stage.step)
    return Chain(image.name, tuple(stages))


def built(stage: Stage) -> Selected:
    """Return what stands in the chain once *stage* has been built now."""
    return Selected(stage.name, stage.digest, stage.commits, stage.step)


def _stage(
    image: ImageSpec,
    name: StageName,
    step: Step,
    parts: tuple[Part, ...],
    previous: Selected | None,
    sources: Sources,
) -> Stage:
    if previous is not None:
        parts = (*parts, *_identity(previous))
    commits: tuple[tuple[str, str], ...] = previous.commits if previous else ()
    if image.mappings and name in BRINGS_GIT:
        commits = current_commits(image, sources)
    return Stage(name, digest_of(name, parts), parts, commits, step)


def current_commits(image: ImageSpec, sources: Sources) -> tuple[tuple[str, str], ...]:
    """Return the commits that *image* is brought to now, by repository, sorted."""
    names = sorted({mapping.repository for mapping in image.mappings})
    return tuple((name, sources.repositories[name].commit) for name in names)


def _identity(previous: Selected) -> tuple[Part, ...]:
    digest = Part("previous", previous.title, previous.digest.value)
    if previous.name not in BRINGS_GIT:
        return (digest,)
    return (digest, *(Part("commit", key, value) for key, value in previous.commits))


def _parts(
    image: ImageSpec, name: StageName, step: Step, previous: Selected | None, sources: Sources
) -> tuple[Part, ...] | None:
    """Return what *step* of stage *name* depends on by itself, ``None`` where there is none."""
    if name in _left_out(image):
        return None
    if name in RUNS_INSTRUCTIONS:
        has = has_instructions(image, name)
        return instruction_parts(image, name, step, sources.added) if has else None
    if name in IMPORTS:
        return import_parts(image, name, sources.images) or None
    if name is StageName.FROM:
        return base_parts(image, sources.images, sources.bases)
    if name in (StageName.DOCKER_INSTRUCTIONS, StageName.IMAGE_SPEC):
        return _configuration_parts(image, name)
    return _git_parts(image, name, previous, sources)


def _configuration_parts(image: ImageSpec, name: StageName) -> tuple[Part, ...] | None:
    if name is StageName.IMAGE_SPEC:
        return settings_parts(image.settings) if image.settings is not None else None
    return runtime_parts(image.runtime) if image.runtime is not None else None


def _git_parts(
    image: ImageSpec, name: StageName, previous: Selected | None, sources: Sources
) -> tuple[Part, ...] | None:
    if name is StageName.GIT_ARCHIVE:
        return _archive(image, sources) if image.mappings else None
    return _patch(image, name, previous, sources)


def _left_out(image: ImageSpec) -> frozenset[StageName]:
    """Return the stages that *image* never has: artifacts end before git is brought up to date."""
    if image.is_artifact:
        return _OF_FINISHED_IMAGES
    if image.git_stays:
        return frozenset({StageName.GIT_CACHE, StageName.GIT_LATEST_PATCH})
    return frozenset()


def _archive(image: ImageSpec, sources: Sources) -> tuple[Part, ...]:
    parts = archive_parts(image)
    for mapping in image.mappings:
        entries = sources.added(mapping)
        if mapping.tree_path and not entries:
            commit = sources.repositories[mapping.repository].commit
            submodule = empty_submodule_above(mapping, sources.entries(mapping))
            raise MissingPathError(
                image.title, mapping.add, commit, mapping.repository, mapping.line, submodule
            )
        parts += empty_submodule_parts(mapping, entries)
    return parts


def _patch(
    image: ImageSpec, name: StageName, previous: Selected | None, sources: Sources
) -> tuple[Part, ...] | None:
    held = dict(previous.commits) if previous else {}
    changes = changes_of(image, sources.repositories, held)
    size = patch_size(changes)
    if name is StageName.GIT_CACHE:
        return cache_parts(size) if size >= CACHE_STEP else None
    return patch_parts(changes) or None
