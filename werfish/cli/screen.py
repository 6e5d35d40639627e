"""Which screen the log gets, and what it is told of the terminal."""

import os
import time
from collections.abc import Mapping
from enum import Enum
from typing import TextIO

from werfish.log import Log
from werfish.screens.events import Moment
from werfish.screens.folding import GITHUB, GITLAB, NO_FOLDING, Folding
from werfish.screens.grouped import GroupedScreen
from werfish.screens.live import LiveScreen
from werfish.screens.plain import PlainScreen
from werfish.screens.printer import Screen

DEFAULT_SIZE = (80, 24)


class Kind(Enum):
    """The screens."""

    PLAIN = "plain"
    GROUPED = "grouped"
    LIVE = "live"


def log_on(stream: TextIO, color_mode: str, *, verbose: bool, quiet: bool) -> Log:
    """Return the log that writes to *stream* in the way that suits it and the environment."""
    is_terminal = stream.isatty()
    color = is_colored(color_mode, os.environ, is_terminal=is_terminal)
    kind = Kind.PLAIN if quiet else kind_for(os.environ, is_terminal=is_terminal)
    return Log(
        stream,
        clock=time.monotonic,
        color=color,
        verbose=verbose,
        quiet=quiet,
        screen=_screen(kind, folding_for(os.environ), color=color),
        now=lambda: Moment(time.monotonic(), time.time(), *_size(stream)),
    )


def is_colored(mode: str, environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Whether to write colours: as *mode* says, else on a terminal without ``NO_COLOR``.

    See https://no-color.org: the variable counts unless it is empty.
    """
    if mode != "auto":
        return mode == "on"
    return is_terminal and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def kind_for(environment: Mapping[str, str], *, is_terminal: bool) -> Kind:
    """Return the screen for a stream: a live tree only where a person watches a real terminal."""
    if not is_terminal or environment.get("CI", "").lower() in ("1", "true"):
        return Kind.GROUPED
    return Kind.LIVE if environment.get("TERM", "dumb") != "dumb" else Kind.PLAIN


def folding_for(environment: Mapping[str, str]) -> Folding:
    """Return how the CI system that this runs in folds, by the variable that it sets."""
    if environment.get("GITLAB_CI") == "true":
        return GITLAB
    return GITHUB if environment.get("GITHUB_ACTIONS") == "true" else NO_FOLDING


def _screen(kind: Kind, folding: Folding, *, color: bool) -> Screen:
    match kind:
        case Kind.PLAIN:
            return PlainScreen()
        case Kind.GROUPED:
            return GroupedScreen(folding)
        case Kind.LIVE:
            return LiveScreen(color=color)


def _size(stream: TextIO) -> tuple[int, int]:
    """Return columns and rows; a terminal that knows none, as no terminal, has `DEFAULT_SIZE`."""
    try:
        size = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        return DEFAULT_SIZE
    return size.columns or DEFAULT_SIZE[0], size.lines or DEFAULT_SIZE[1]
