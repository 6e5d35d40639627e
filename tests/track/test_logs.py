"""The last words of a container that failed, over a connection that may break."""

from tests.fakes.cluster import FakeLog
from werfish.kube.cluster import LogQuery, LogStream
from werfish.kube.errors import NotFoundError, UnreachableError
from werfish.track.cause import Cause, Severity
from werfish.track.logs import ATTEMPTS, tail_of

CAUSE = Cause(Severity.BUDGETED, "exit code 1", "web-1", "app", 1, in_previous=True)


class Flaky:
    """Breaks so often before it gives a log of nine lines."""

    def __init__(self, breaks: int) -> None:
        self.breaks = breaks
        self.asked: list[LogQuery] = []

    def logs(self, namespace: str, pod: str, container: str, query: LogQuery) -> LogStream:
        self.asked.append(query)
        if len(self.asked) <= self.breaks:
            raise UnreachableError("https://server", "config", "connection reset")
        return FakeLog([f"line {number}" for number in range(9)])


def test_a_connection_that_breaks_is_tried_again() -> None:
    cluster = Flaky(2)
    assert tail_of(cluster, "ns", CAUSE, 2) == ("line 7", "line 8")
    assert [one.previous for one in cluster.asked] == [True] * 3


def test_after_some_attempts_there_is_no_log() -> None:
    cluster = Flaky(100)
    assert tail_of(cluster, "ns", CAUSE, 2) == ()
    assert len(cluster.asked) == ATTEMPTS


def test_that_a_container_is_no_more_is_no_line_of_its_log() -> None:
    class Evicted(Flaky):
        def logs(self, namespace: str, pod: str, container: str, query: LogQuery) -> LogStream:
            return FakeLog(["unable to retrieve container logs for containerd://e3def7"])

    assert tail_of(Evicted(0), "ns", CAUSE, 2) == ()


def test_a_log_that_is_gone_is_asked_for_once() -> None:
    class Gone(Flaky):
        def logs(self, namespace: str, pod: str, container: str, query: LogQuery) -> LogStream:
            self.asked.append(query)
            raise NotFoundError("read the log", "not found", status=404)

    cluster = Gone(0)
    assert tail_of(cluster, "ns", CAUSE, 2) == ()
    assert len(cluster.asked) == 1
