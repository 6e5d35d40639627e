"""Logs and what else is read of what is followed."""

import pytest

from tests.fakes.cluster import FakeCluster, FakeLog
from tests.track.following import FULL, Running, apply, crashing, end, set_status
from tests.track.manifests import running, workload
from werfish.kube.cluster import Listing, LogQuery
from werfish.kube.errors import ForbiddenError
from werfish.kube.resource import Gvk
from werfish.track.errors import ResourceFailedError


def test_logs_are_shown_once(cluster: FakeCluster) -> None:
    cluster.logs_of["default", "web-0", "app"] = ["listening", "listening"]
    web = apply(cluster, workload("StatefulSet"))
    run = Running(cluster, web)
    run.until("has not seen")
    pod = crashing(cluster, web)
    for _ in range(3):
        set_status(cluster, pod, containerStatuses=[running()])
    run.until("web-0/app | listening")
    cluster.forget_history()
    set_status(cluster, web.id, **FULL)
    run.result()
    assert sum("| listening" in line for line in run.lines) == 2


def test_logs_may_be_skipped(cluster: FakeCluster) -> None:
    cluster.logs_of["default", "web-0", "app"] = ["secret"]
    web = apply(cluster, workload("StatefulSet", skip_logs="true"))
    run = Running(cluster, web)
    run.until("has not seen")
    pod = crashing(cluster, web)
    end(cluster, pod, 0)
    run.until("exit code 7")
    end(cluster, pod, 1)
    with pytest.raises(ResourceFailedError) as caught:
        run.result()
    assert caught.value.log == ()
    assert not any("secret" in line for line in run.lines)


class Unreadable(FakeCluster):
    """A cluster for a role that may read everything but logs and events."""

    def logs(self, namespace: str, pod: str, container: str, query: LogQuery) -> FakeLog:
        raise ForbiddenError(f"read the log of Pod/{pod}", "not you", status=403)

    def list(self, gvk: Gvk, namespace: str = "", *, labels: str = "", fields: str = "") -> Listing:
        if gvk.kind == "Event":
            raise ForbiddenError("list Event objects", "not you", status=403)
        return super().list(gvk, namespace, labels=labels, fields=fields)


def test_what_may_not_be_read_is_said_once() -> None:
    cluster = Unreadable()
    web = apply(cluster, workload("StatefulSet", show_service_messages="true"))
    run = Running(cluster, web)
    run.until("has not seen")
    pod = crashing(cluster, web)
    end(cluster, pod, 0)
    for words in ("exit code 7", "logs stay unread", "may stay unknown"):
        run.until(words)
    end(cluster, pod, 1)
    with pytest.raises(ResourceFailedError):
        run.result()
    said = [line for line in run.lines if line.startswith("warning: ")]
    assert sorted(line.split("; ")[1] for line in said) == [
        "causes of failures may stay unknown",
        "logs stay unread",
    ]
