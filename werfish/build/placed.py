"""Where in the configuration the image stands that an error is about."""

from collections.abc import Iterator
from contextlib import contextmanager

from stages.platforms import Image
from werfish.errors import PlacedError


@contextmanager
def placed_at(line: int) -> Iterator[None]:
    """Give errors of the block that know no place of their own the *line* of their image."""
    try:
        yield
    except PlacedError as error:
        error.line = error.line or line
        raise


@contextmanager
def placed_in(image: Image) -> Iterator[None]:
    """Give errors of the block that know no line that of their key in *image*, or *image*'s own."""
    try:
        yield
    except PlacedError as error:
        error.line = error.line or image.line_of(error.key)
        raise
