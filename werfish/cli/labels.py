"""Labels of images as the user writes them."""

from collections.abc import Iterable

import click

from werfish.oci.labels import PREFIX


def labels_of(texts: Iterable[str], separator: str = "\n") -> tuple[tuple[str, str], ...]:
    """Return the labels in *texts*, each ``name=value`` or several of them; a later one wins."""
    pairs: dict[str, str] = {}
    for text in (part for one in texts for part in one.split(separator or "\n") if part.strip()):
        name, equals, value = text.partition("=")
        if not name.strip() or not equals:
            raise click.UsageError(f'--add-label "{text}": write name=value')
        if name.strip().startswith(PREFIX):
            raise click.UsageError(f'--add-label "{text}": labels of "{PREFIX}" are werfish\'s own')
        pairs[name.strip()] = value
    return tuple(pairs.items())
