"""An image that a Dockerfile describes."""

from dataclasses import field

from stages.dependencies import Dependency
from stages.light_dataclass import dataclass
from stages.secret import Secret
from stages.settings import ImageSettings


@dataclass(frozen=True, slots=True)
class DockerfileSpec:
    """One image built from a Dockerfile. *name* is empty for the nameless image of a project.

    *dockerfile* is a path in the project's folder or else in *context*, which is a path in the
    project's folder, ``.`` for all of it; *context_add_files* are paths in it that git does not
    know. *args* are texts as the Dockerfile gets them. Fields that `ImageSpec` has mean the same.
    """

    name: str
    dockerfile: str
    context: str = "."
    context_add_files: tuple[str, ...] = ()
    target: str = ""
    args: tuple[tuple[str, str], ...] = ()
    add_hosts: tuple[str, ...] = ()
    network: str = ""
    ssh: str = ""
    dependencies: tuple[Dependency, ...] = ()
    secrets: tuple[Secret, ...] = ()
    settings: ImageSettings | None = None
    platforms: tuple[str, ...] = ()
    definition_version: str = ""
    is_staged: bool = False
    is_final: bool = True
    line: int = 0
    platform: str = "linux/amd64"
    key_lines: tuple[tuple[str, int], ...] = field(default=(), compare=False, repr=False)

    @property
    def title(self) -> str:
        """The name for people: ``~`` for the nameless image, as werf writes it."""
        return self.name or "~"

    def line_of(self, key: str) -> int:
        """Return the line of *key* in the configuration, else that of the image."""
        return dict(self.key_lines).get(key, self.line)

    @property
    def needs(self) -> tuple[str, ...]:
        """The names of the project's images that must exist before this one, each once."""
        return tuple(dict.fromkeys(one.image for one in self.dependencies))
