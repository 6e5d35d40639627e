"""Pull or push again where it may help: the daemon asks for a manifest once, whatever is answered.

Layers it tries again itself. What went wrong is told from its words, as there is nothing else.
"""

import re
from collections.abc import Callable

from werfish.backoff import Backoff, Timing
from werfish.containers.docker_client import DaemonError
from werfish.log import Log

_STATUS = re.compile(r"\bhttp\b(?: status:| response)? (429|5\d\d)\b|\b5\d\d (?:internal|bad|serv)")
_PASSING = (
    "toomanyrequests",
    "too many requests",
    "connection reset by peer",
    "broken pipe",
    "unexpected eof",
    "i/o timeout",
    "handshake timeout",
    "timeout exceeded",
    "request canceled",
    "transport connection broken",
    "server closed idle connection",
    "service unavailable",
    "error parsing http 429 response",
)
_LASTING = ("pull rate limit", "501 not implemented")


_USUAL = Backoff()


def is_passing(problem: str) -> bool:
    """Whether what the daemon says may pass by itself, by the rules of our own client.

    >>> is_passing("received unexpected HTTP status: 503 Service Unavailable")
    True
    >>> is_passing("manifest for busybox:none not found: manifest unknown")
    False
    """
    said = problem.lower()
    if any(words in said for words in _LASTING):
        return False
    is_cut = said.endswith(": eof")
    return is_cut or any(words in said for words in _PASSING) or _STATUS.search(said) is not None


def with_pulls_again(
    pull: Callable[[], None], timing: Timing, log: Log, policy: Backoff = _USUAL
) -> None:
    """Run *pull* until it succeeds, fails for good, or was tried often enough."""
    attempt = 0
    while True:
        try:
            pull()
            return
        except DaemonError as error:
            attempt += 1
            wait = (
                policy.wait_after(attempt, timing.chance()) if is_passing(error.problem) else None
            )
            if wait is None:
                raise
            log.detail(f"{error}; trying again in {wait:.1f} s")
            timing.sleep(wait)
