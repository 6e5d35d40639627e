"""What a repository says of a digest: the stages that have it, of which one is selected. Pure.

The truth is the manifest of each stage under a tag of its own, ``DIGEST-ID``. The tag ``DIGEST`` is
a hint, so that a look-up is one request: the manifest itself, or, where stages differ by the
commits of their git content, an index of them. Both hold the bytes of what they describe, so that
nothing else need be read.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from stages.digest import Digest
from stages.light_dataclass import dataclass
from stages.stage import StageName
from werfish.oci.labels import COMMITS, DIGEST, IMAGE_ID, SAVED, STAGE, commits_of, stage_labels
from werfish.oci.manifest import Descriptor, Index, Manifest, decode_manifest
from werfish.oci.reference import Repository
from werfish.storage.stored_stage import StoredStage

PASSING = frozenset(
    {
        *(StageName.GIT_CACHE, StageName.GIT_LATEST_PATCH),
        *(StageName.DOCKER_INSTRUCTIONS, StageName.IMAGE_SPEC),
    }
)
"""Stages that a commit of files or settings makes anew; others last longer."""

_STAGE_TAG = re.compile("([0-9a-f]{64})-[0-9a-f]{12}")
_MOST_EMBEDDED = 64 << 10
"""How many bytes of a manifest a hint holds at most."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A *stage*, and the descriptor of its *manifest*."""

    stage: StoredStage
    manifest: Descriptor

    @property
    def image(self) -> Manifest | None:
        """The manifest, where the hint held it."""
        data = self.manifest.embedded
        try:
            decoded = decode_manifest(data) if data else None
        except ValueError:
            return None
        return decoded if isinstance(decoded, Manifest) else None


def stage_tag(digest: Digest, manifest_digest: str) -> str:
    """Return the stage's own tag, which never names anything else."""
    return f"{digest}-{manifest_digest.removeprefix('sha256:')[:12]}"


def digest_in(tag: str) -> Digest | None:
    """Return the digest of the stage whose own tag *tag* is; ``None`` for any other tag."""
    found = _STAGE_TAG.fullmatch(tag)
    return Digest(found[1]) if found else None


def stage_manifest(
    stage: StoredStage, project: str, config: Descriptor, layers: tuple[Descriptor, ...]
) -> Manifest:
    """Return the manifest of *stage*; it is the same whoever makes it, and whenever."""
    labels = stage_labels(project, stage.name, stage.digest, stage.commits)
    return Manifest(config, layers, tuple(sorted(labels.items())))


def candidate_of(stage: StoredStage, described: Descriptor, data: bytes) -> Candidate:
    """Return *stage* as a candidate, whose manifest is *described*; its bytes are *data*."""
    labels = {
        STAGE: stage.name.value,
        IMAGE_ID: stage.image_id,
        SAVED: repr(stage.saved),
        COMMITS: stage_labels("", stage.name, stage.digest, stage.commits)[COMMITS],
    }
    named = replace(described, annotations=tuple(sorted(labels.items())))
    return Candidate(stage, with_data(named, data))


def candidates_in(
    hint: Manifest | Index, described: Descriptor, digest: Digest, repository: Repository
) -> tuple[Candidate, ...]:
    """Return what *hint*, which *described* is about, says; what is no stage's is left out."""
    if isinstance(hint, Manifest):
        pairs = dict(hint.annotations)
        if pairs.get(DIGEST) != digest.value:
            return ()
        pairs[IMAGE_ID] = hint.config.digest
        return tuple(_candidates([(described, pairs)], digest, repository))
    entries = [(child, dict(child.annotations)) for child in hint.manifests]
    return tuple(_candidates(entries, digest, repository))


def _candidates(
    entries: Iterable[tuple[Descriptor, Mapping[str, str]]], digest: Digest, repository: Repository
) -> Iterator[Candidate]:
    for manifest, pairs in entries:
        try:
            reference = str(repository.tagged(stage_tag(digest, manifest.digest)))
            name, saved = StageName(pairs[STAGE]), float(pairs.get(SAVED, 0))
            image_id, commits = pairs[IMAGE_ID], commits_of(pairs)
        except (KeyError, ValueError):
            continue
        stage = StoredStage(name, digest, reference, image_id, saved, commits, manifest.digest)
        yield Candidate(stage, manifest)


def index_of(candidates: Iterable[Candidate]) -> Index:
    """Return the index of *candidates*: each once, the oldest first."""
    unique = {candidate.manifest.digest: candidate for candidate in candidates}
    return Index(tuple(one.manifest for one in oldest_first(unique.values())))


def merged(
    known: Iterable[Candidate], own: Iterable[Candidate], gone: Collection[str]
) -> tuple[Candidate, ...]:
    """Return *known* with *own*, without manifests that are *gone*; who was there first stays."""
    found = {one.manifest.digest: one for one in own}
    found |= {one.manifest.digest: one for one in known if one.manifest.digest not in gone}
    return oldest_first(found.values())


def oldest_first(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Return *candidates* in the order in which they were saved."""
    return tuple(sorted(candidates, key=lambda one: (one.stage.saved, one.stage.reference)))


def with_data(descriptor: Descriptor, data: bytes) -> Descriptor:
    """Return *descriptor* with its bytes, if they are few enough for a hint."""
    return replace(descriptor, data=data if len(data) <= _MOST_EMBEDDED else b"")
