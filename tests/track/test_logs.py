"""The last words of a container that failed, over a connection that may break."""

import pytest

from tests.fakes.cluster import FakeLog
from werfish.kube.cluster import LogQuery, LogStream
from werfish.kube.errors import NotFoundError, UnreachableError
from werfish.track.cause import Cause, Severity
from werfish.track.events import LineLogged
from werfish.track.logs import ATTEMPTS, LogFollower, tail_of
from werfish.track.revision import written_at

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


class Written:
    """A pod's log with a line of before a deploy and one of after it."""

    lines = (("2026-01-01T00:00:05.1", "before"), ("2026-01-01T00:00:09.1", "after"))

    def __init__(self, zone: str = "Z") -> None:
        self.zone = zone
        self.asked: list[LogQuery] = []

    def logs(self, namespace: str, pod: str, container: str, query: LogQuery) -> LogStream:
        self.asked.append(query)
        lines = [f"{stamp}{self.zone} {text}" for stamp, text in self.lines]
        return FakeLog(lines[1:] if query.since else lines)


def followed(created: str, written: str, zone: str = "Z") -> tuple[list[str], list[LogQuery]]:
    """Return the lines that are shown of a pod, and what was asked for."""
    cluster, shown = Written(zone), list[LineLogged]()
    metadata = {"name": "web-1", "namespace": "ns", "uid": "u", "creationTimestamp": created}
    status = {"containerStatuses": [{"name": "app", "state": {"running": {}}}]}
    follower = LogFollower(cluster, shown.append, lambda error: None)
    follower.follow(({"metadata": metadata, "status": status},), is_first=True, written=written)
    follower.finish(10)
    return [one.line for one in shown], cluster.asked


@pytest.mark.parametrize("zone", ["Z", "-05:00", "+09:00"])
def test_of_a_pod_from_before_the_change_only_lines_since_are_shown(zone: str) -> None:
    """Its node finds them, and stamps them by the time of its zone."""
    lines, (asked,) = followed("2026-01-01T06:00:01Z", "2026-01-01T06:00:09Z", zone)
    assert lines == ["after"]
    assert (asked.since, asked.tail_lines) == ("2026-01-01T06:00:09Z", None)


def test_of_a_pod_of_the_change_all_is_shown_whatever_its_nodes_clock_says() -> None:
    lines, _ = followed("2026-01-01T00:00:09Z", "2026-01-01T00:00:09Z")
    assert lines == ["before", "after"]


def test_when_a_deploy_wrote_is_what_the_server_says() -> None:
    entries = [
        {"manager": "helm", "time": "2026-01-01T00:00:01Z"},
        {"manager": "werfish", "time": "2026-01-01T00:00:02Z"},
        {"manager": "helm", "time": "2026-01-01T00:00:03Z", "subresource": "status"},
        {"manager": "operator", "time": "2026-01-01T00:00:04Z"},
    ]
    assert written_at({"metadata": {"managedFields": entries}}) == "2026-01-01T00:00:02Z"
    assert written_at(None) == ""
