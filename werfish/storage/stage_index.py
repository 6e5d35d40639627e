"""The index of a project's local stages: a file for each digest, rebuilt when it is missing.

The truth is the backend's images and their labels; the index saves listing them.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from stages.digest import Digest
from stages.stage import StageName
from werfish.containers.atomic_file import write_whole
from werfish.containers.backend import TaggedImage
from werfish.oci.labels import DIGEST, STAGE, commits_of
from werfish.storage.stored_stage import StoredStage

_COMPLETE = ".complete"


class StageIndex:
    """Stages by digest, as files of *folder*."""

    def __init__(self, folder: Path) -> None:
        """Use *folder*, made with the first stage."""
        self._folder = folder

    def is_complete(self) -> bool:
        """Whether the index was built: only then does a missing file mean that there is none."""
        return (self._folder / _COMPLETE).exists()

    def read(self, digest: Digest) -> tuple[StoredStage, ...] | None:
        """Return the stages with *digest*, oldest first; ``None`` where the file is broken."""
        try:
            documents = json.loads(self._path(digest).read_bytes())
            stages = [_stage(document, digest) for document in documents]
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return _oldest_first(stages)

    def write(self, digest: Digest, stages: Iterable[StoredStage]) -> None:
        """Replace what is known of *digest*."""
        documents = [_document(stage) for stage in _oldest_first(stages)]
        write_whole(self._path(digest), json.dumps(documents).encode())

    def rebuild(self, images: Sequence[TaggedImage]) -> None:
        """Build the index from the project's *images*; what is none of a stage is left out."""
        listed = stages_of(images)
        for digest in {stage.digest for stage in listed}:
            found = {stage.reference: stage for stage in listed if stage.digest == digest}
            known = {stage.reference: stage for stage in self.read(digest) or ()}
            self.write(digest, {**found, **known}.values())
        write_whole(self._folder / _COMPLETE, b"")

    def _path(self, digest: Digest) -> Path:
        return self._folder / f"{digest}.json"


def stages_of(images: Iterable[TaggedImage]) -> tuple[StoredStage, ...]:
    """Return what stages *images* are, oldest first; what is none is left out."""
    return _oldest_first(stage for image in images if (stage := _listed(image)) is not None)


def _oldest_first(stages: Iterable[StoredStage]) -> tuple[StoredStage, ...]:
    return tuple(sorted(stages, key=lambda stage: (stage.saved, stage.reference)))


def _document(stage: StoredStage) -> dict[str, Any]:
    return {
        "name": str(stage.name),
        "reference": stage.reference,
        "image_id": stage.image_id,
        "saved": stage.saved,
        "commits": [list(pair) for pair in stage.commits],
    }


def _stage(document: dict[str, Any], digest: Digest) -> StoredStage:
    return StoredStage(
        StageName(document["name"]),
        digest,
        str(document["reference"]),
        str(document["image_id"]),
        float(document["saved"]),
        tuple((str(repository), str(commit)) for repository, commit in document["commits"]),
    )


def _listed(image: TaggedImage) -> StoredStage | None:
    try:
        name, digest = StageName(image.labels[STAGE]), Digest(image.labels[DIGEST])
    except (KeyError, ValueError):
        return None
    commits = commits_of(image.labels)
    return StoredStage(name, digest, image.reference, image.image_id, image.created, commits)
