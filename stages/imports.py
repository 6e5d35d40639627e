"""Files that an image takes from another one."""

from dataclasses import dataclass

from stages.stage import StageName


@dataclass(frozen=True, slots=True)
class Import:
    """One entry of ``import:``. *add* and *to* are absolute and clean paths of the two images.

    The source is *image*, an image or artifact of the project, or else *reference*, an image from
    a registry as the user wrote it. *source_stage* is the stage of it to take the files after;
    empty means its last one. *stage* is the stage of this image that the files come in with.
    """

    add: str
    to: str
    stage: StageName
    image: str = ""
    reference: str = ""
    source_stage: str = ""
    include_paths: tuple[str, ...] = ()
    exclude_paths: tuple[str, ...] = ()
    owner: str = ""
    group: str = ""
