r"""The marks by which CI systems fold blocks of a log.

GitLab: https://docs.gitlab.com/ci/jobs/job_logs/#custom-collapsible-sections (the name has letters,
digits and ``_.-`` only, and is unique in the job). GitHub:
https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#grouping-log-lines
"""

import re
from collections.abc import Callable

from stages.light_dataclass import dataclass
from werfish.screens.text import uncolored


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the log: a unique *name*, its *title*, whether it is shown open."""

    name: str
    title: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Folding:
    """From a block, and seconds since 1970, to the text before it, with its title, and after it.

    *has_open*: a block can be shown open, and folded by who has read it.
    """

    before: Callable[[Block, float], str]
    after: Callable[[Block, float], str]
    has_open: bool = True


def block_name(task: str, step: str, number: int) -> str:
    """Return a name that every CI system takes, unique by its *number*.

    >>> block_name("~", "beforeInstall", 3)
    'werfish_3_beforeInstall'
    """
    words = [re.sub(r"[^A-Za-z0-9]+", "_", word).strip("_") for word in (task, step)]
    return "_".join(["werfish", str(number), *filter(None, words)])


def _gitlab_before(block: Block, time: float) -> str:
    options = "" if block.is_open else "[collapsed=true]"
    return f"\x1b[0Ksection_start:{time:.0f}:{block.name}{options}\r\x1b[0K{block.title}\n"


def _gitlab_after(block: Block, time: float) -> str:
    return f"\x1b[0Ksection_end:{time:.0f}:{block.name}\r\x1b[0K\n"


def _github_before(block: Block, time: float) -> str:
    """Return the mark; GitHub knows no groups that are open, so those are none."""
    if block.is_open:
        return f"{block.title}\n"
    return f"::group::{uncolored(block.title).replace('%', '%25')}\n"


def _github_after(block: Block, time: float) -> str:
    return "" if block.is_open else "::endgroup::\n"


NO_FOLDING = Folding(lambda block, time: f"{block.title}\n", lambda block, time: "")
GITLAB = Folding(_gitlab_before, _gitlab_after)
GITHUB = Folding(_github_before, _github_after, has_open=False)
