"""The labels that werfish writes into images: how stages and published images are known. Pure."""

import json
from collections.abc import Iterable, Mapping

from stages.digest import Digest
from stages.stage import StageName

PREFIX = "io.werfish."
PROJECT = PREFIX + "project"
STAGE = PREFIX + "stage"
DIGEST = PREFIX + "digest"
COMMITS = PREFIX + "commits"
PARENT = PREFIX + "parent"
SAVED = PREFIX + "saved"
IMAGE_ID = PREFIX + "image-id"
BASE_DIGEST = PREFIX + "base-digest"
IMAGE = PREFIX + "image"


def stage_labels(
    project: str, name: StageName, digest: Digest, commits: Iterable[tuple[str, str]]
) -> dict[str, str]:
    """Return the labels by which a stage is found again; *commits* as compact JSON."""
    return {
        PROJECT: project,
        STAGE: name.value,
        DIGEST: digest.value,
        COMMITS: json.dumps(dict(commits), sort_keys=True, separators=(",", ":")),
    }


def commits_of(labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Read the commits back from a stage's labels; empty where they are missing or broken."""
    try:
        commits = json.loads(labels.get(COMMITS, "{}"))
    except ValueError:
        return ()
    if not isinstance(commits, dict):
        return ()
    return tuple(sorted((str(key), str(value)) for key, value in commits.items()))
