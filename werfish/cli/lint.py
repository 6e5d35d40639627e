"""``werfish lint``."""

from werfish.cli.render import lint as command

__all__ = ["command"]
