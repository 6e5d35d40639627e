"""A blob on its way from one repository to another: which of the two fails is told apart."""

from collections.abc import Iterable, Iterator

from stages.light_dataclass import dataclass
from werfish.errors import RegistryError
from werfish.registry.bodies import opened_at
from werfish.registry.errors import MismatchError, NotFoundError
from werfish.registry.messages import Body


class CopyError(RegistryError):
    """The blob *digest* could not be read where it should be copied from; *is_gone*: never will."""

    def __init__(self, digest: str, error: RegistryError) -> None:
        """Say what *error* says; it was tried often enough."""
        super().__init__(str(error), hint=error.hint)
        self.digest = digest
        self.is_gone = isinstance(error, NotFoundError | MismatchError)


@dataclass(frozen=True, slots=True)
class CopiedBody:
    """The bytes of the blob *digest*, from *body*."""

    digest: str
    body: Body

    def __call__(self) -> Iterable[bytes]:
        """Open the blob at its beginning."""
        return self.at(0)

    def at(self, offset: int) -> Iterator[bytes]:
        """Open the blob at *offset*; `CopyError` where it cannot be read."""
        try:
            yield from opened_at(self.body, offset)
        except RegistryError as error:
            raise CopyError(self.digest, error) from error
