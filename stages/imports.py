"""Files that an image takes from another one."""

from dataclasses import field

from stages.light_dataclass import dataclass
from stages.mapping import is_selected
from stages.stage import StageName


@dataclass(frozen=True, slots=True)
class Import:
    """One entry of ``import:``. *add* and *to* are absolute and clean paths of the two images.

    The source is *image*, an image or artifact of the project, or else *reference*, an image from
    a registry as the user wrote it. *source_stage* is the stage of it to take the files after;
    empty means its last one. *stage* is the stage of this image that the files come in with. *line*
    is where the import stands in the configuration.
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
    line: int = field(default=0, compare=False)

    def selects(self, path: str) -> bool:
        """Whether *path*, relative to *add*, comes for itself, and not only as a folder above."""
        return not path or is_selected(path, self.include_paths, self.exclude_paths)
