"""Errors about something that stands in the configuration."""

from werfish.errors import BuildError


class PlacedError(BuildError):
    """What went wrong stands in *line* of the rendered configuration; 0 where that is unknown."""

    line: int = 0

    def located(self, place: str) -> BuildError:
        """Return this as an error that shows its *place*, ``file:line``; empty where unknown."""
        return BuildError(f"{place}: {self}" if place else str(self), hint=self.hint)
