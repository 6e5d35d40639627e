"""Content-addressed stages: which stages an image has, and the digest of each.

Pure: standard library and a glob matcher only; everything from outside arrives through
`stages.sources`. Usable without werfish.
"""

from stages.chain import Sources, built, chain_of, next_stage
from stages.digest import Digest, Part, digest_of
from stages.errors import MissingPathError, StageError
from stages.explain import explain
from stages.image import ImageSpec, Instructions, RuntimeSettings
from stages.mapping import GitMapping, StageDependencies
from stages.sources import Repository, TreeChange, TreeEntry
from stages.stage import Chain, Selected, Stage, StageName

__all__ = [
    "Chain",
    "Digest",
    "GitMapping",
    "ImageSpec",
    "Instructions",
    "MissingPathError",
    "Part",
    "Repository",
    "RuntimeSettings",
    "Selected",
    "Sources",
    "Stage",
    "StageDependencies",
    "StageError",
    "StageName",
    "TreeChange",
    "TreeEntry",
    "built",
    "chain_of",
    "digest_of",
    "explain",
    "next_stage",
]
