"""What is raised when images of one build failed: an error once, however many images had it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from werfish.errors import BuildError, PlacedError, WerfishError


class ImagesFailedError(BuildError):
    """Several images failed, each for a reason of its own; ``errors`` are those.

    Where all of them are of one family, its exit code is that of the whole.
    """

    def __init__(self, errors: Sequence[WerfishError]) -> None:
        """Say all of *errors*, and the first advice that one gives."""
        hint = next((error.hint for error in errors if error.hint), "")
        super().__init__("\n".join(map(str, errors)), hint=hint)
        self.errors = tuple(errors)
        codes = {error.exit_code for error in errors}
        if len(codes) == 1:
            self.exit_code = codes.pop()

    @property
    def parts(self) -> tuple[WerfishError, ...]:
        """The errors, each with its own advice."""
        return self.errors


def raise_failures(failures: Sequence[BaseException]) -> None:
    """Raise what *failures* are: the only one, all, or first of all what is a bug."""
    bug = next((one for one in failures if not isinstance(one, WerfishError)), None)
    if bug is not None:
        raise bug
    known = {str(one): one for one in failures if isinstance(one, WerfishError)}
    if len(known) > 1:
        raise ImagesFailedError(tuple(known.values()))
    for error in known.values():
        raise error


@contextmanager
def locating(place_of: Callable[[int], str]) -> Iterator[None]:
    """Show errors of the block with their places in the configuration, as `located` does."""
    try:
        yield
    except (PlacedError, ImagesFailedError) as error:
        raise located(error, place_of) from error


def located(error: WerfishError, place_of: Callable[[int], str]) -> WerfishError:
    """Return *error* with its place in the configuration, and failing commands quoted."""
    if isinstance(error, ImagesFailedError):
        return ImagesFailedError([located(one, place_of) for one in error.errors])
    if isinstance(error, PlacedError):
        return error.located(place_of(error.line) if error.line else "")
    return error
