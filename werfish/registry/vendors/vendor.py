"""The questions that products answer differently. Pure; the answers are data."""

from collections.abc import Callable

from stages.light_dataclass import dataclass
from werfish.oci.reference import Repository
from werfish.registry.errors import AccessDeniedError, DeletionDisabledError, RefusedError

RepositoryMaker = Callable[[Repository], bool]
"""Makes a repository where its registry wants that done; whether it is there now, made by it."""


def make_none(repository: Repository) -> bool:
    """Make no repository: almost every registry makes them itself at the first push."""
    del repository
    return False


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about an error in which the registry says *words*, in any case."""

    words: str
    hint: str


@dataclass(frozen=True, slots=True)
class Vendor:
    """One product.

    *takes_parts*: big blobs may be uploaded in several requests. *makes*: a repository has to be
    made before a push. *tag_path* is what ``DELETE`` names a tag by, below the repository. *login*
    says how to log in, *deletion* how images are deleted where its registry API does not. In all
    hints ``{host}``, ``{path}`` and ``{first}`` stand for the registry, the repository in it, and
    the first name of that.
    """

    title: str
    takes_parts: bool = True
    makes: bool = False
    tag_path: str = "manifests/{tag}"
    login: str = ""
    deletion: str = ""
    advice: tuple[Advice, ...] = ()

    def hint_for(self, error: RefusedError, repository: Repository) -> str:
        """Return what to do about *error*; nothing where there is only the general advice."""
        said = " ".join(f"{one.code} {one.message}" for one in error.complaints).lower()
        found = next((one.hint for one in self.advice if one.words.lower() in said), "")
        if not found and isinstance(error, AccessDeniedError):
            found = self.login
        elif not found and isinstance(error, DeletionDisabledError):
            found = self.deletion
        first = repository.path.partition("/")[0]
        return found.format(host=repository.registry, path=repository.path, first=first)
