"""Try again what may pass by itself: overload, restarts, broken connections. The decision is pure.

Every request of ours may be repeated: registries are content-addressed, and a manifest is put
last. Clock, sleep and chance are passed in.
"""

from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import TypeVar

from stages.light_dataclass import dataclass
from werfish.backoff import Backoff, Timing
from werfish.errors import RegistryError
from werfish.registry.errors import RefusedError, UnreachableError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how long; who asks for more than *patience* seconds is not waited for.

    Who does not answer is asked *unanswered* times, since each of them takes long.
    """

    backoff: Backoff = Backoff()
    patience: float = 60.0
    unanswered: int = 2


def delay_after(
    error: RegistryError, attempt: int, policy: RetryPolicy, chance: float
) -> float | None:
    """Return the seconds to wait after *attempt* (from 1) ended with *error*; ``None``: give up."""
    step = policy.backoff.wait_after(attempt, chance)
    if step is None or not is_transient(error):
        return None
    if silence_of(error) and attempt >= policy.unanswered:
        return None
    asked = error.retry_after if isinstance(error, RefusedError) else None
    if asked is not None and asked > policy.patience:
        return None
    return max(step, asked or 0.0)


def is_transient(error: RegistryError) -> bool:
    """Whether *error* may pass by itself."""
    return isinstance(error, RefusedError | UnreachableError) and error.is_transient


def silence_of(error: RegistryError) -> str:
    """Return the host that did not answer in time, nothing where *error* is another."""
    return error.silent if isinstance(error, UnreachableError) else ""


class Silence:
    """Hosts that did not answer however often they were asked: now once is enough.

    *tell* hears of each that lets people wait.
    """

    def __init__(self, tell: Callable[[str], object]) -> None:
        """Know of none yet."""
        self._tell = tell
        self._hosts: set[str] = set()

    def broken(self, host: str) -> None:
        """Note that *host* answers."""
        self._hosts.discard(host)

    def gives_up(self, error: RegistryError, *, is_last: bool) -> bool:
        """Whether *error*, the last one of an operation or not, is of a host known to be silent."""
        host = silence_of(error)
        if not host or host in self._hosts:
            return bool(host)
        if is_last:
            self._hosts.add(host)
        else:
            self._tell(f"{error}; it is asked once more")
        return False


def retry_after_of(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that ``Retry-After`` asks for; a date is read against the answer's own."""
    value = headers.get("Retry-After", "").strip()
    if value.isdigit():
        return float(value)
    try:
        wanted, now = parsedate_to_datetime(value), parsedate_to_datetime(headers.get("Date", ""))
        return max(0.0, (wanted - now).total_seconds())
    except (ValueError, TypeError):
        return None


class Attempts:
    """The attempts at one operation: each failure waits its time, or is raised for good.

    Progress makes the next failure the first one again.
    """

    def __init__(
        self,
        timing: Timing,
        policy: RetryPolicy,
        report: Callable[[str], object],
        silence: Silence | None = None,
    ) -> None:
        """Begin; *report* hears why something is tried again."""
        self._silence = silence or Silence(lambda _: None)
        self._timing = timing
        self._policy = policy
        self._report = report
        self._failed = 0

    @property
    def is_first(self) -> bool:
        """Whether nothing failed since the beginning or the last progress."""
        return self._failed == 0

    def progress(self) -> None:
        """Note that something was reached that a later failure does not take away."""
        self._failed = 0

    def failed(self, error: RegistryError) -> None:
        """Wait after *error*, or raise it where another attempt makes no sense."""
        self._failed += 1
        delay = delay_after(error, self._failed, self._policy, self._timing.chance())
        if self._silence.gives_up(error, is_last=delay is None) or delay is None:
            raise error
        self._report(f"{error}; trying again in {delay:.1f} s")
        self._timing.sleep(delay)


def with_retries(operation: Callable[[], T], attempts: Attempts) -> T:
    """Run *operation* until it succeeds, fails for good, or was tried often enough."""
    while True:
        try:
            return operation()
        except RegistryError as error:
            attempts.failed(error)
