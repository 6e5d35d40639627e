"""What a report, a stream of events and a summary tell of a deploy, whatever happened in it."""

import json
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.actions.releasing import Releasing, text
from werfish.actions.deploy_report import DeployReport, Ending, State
from werfish.actions.deploy_summary import summary_of
from werfish.actions.event_stream import event_line, summary_line
from werfish.actions.report_forms import form_for, json_report, junit_report
from werfish.kube.errors import InvalidError
from werfish.kube.resource import Gvk, Manifest, ResourceId
from werfish.screens.events import RowState
from werfish.track.cause import Cause, Severity
from werfish.track.events import (
    Decided,
    Event,
    EventSeen,
    LineLogged,
    Observers,
    Planned,
    Refused,
    RevisionBegan,
    StateChanged,
    Written,
)
from werfish.track.verdict import Readiness, Verdict, failed, ready, waiting

WEB = ResourceId(Gvk("apps", "v1", "Deployment"), "prod", "web")
CONFIG = ResourceId(Gvk("", "v1", "ConfigMap"), "prod", "config")
OLD = ResourceId(Gvk("", "v1", "ConfigMap"), "prod", "old")
JOB = ResourceId(Gvk("batch", "v1", "Job"), "prod", "migrate")
CRASH = Cause(Severity.BUDGETED, "exit code 7", "web-1", "app", 7)
BEGAN = (
    RevisionBegan("shop", "prod", 3, "upgrade"),
    Planned(WEB, "update"),
    Planned(CONFIG, "create"),
    Planned(OLD, "delete"),
)


def same(text: str) -> str:
    return text


def report_of(*events: Event, ending: Ending | None = Ending.SUCCEEDED) -> DeployReport:
    """Return the report of *events*, one a second; of one that goes on where *ending* is None."""
    seconds = iter(range(1000, 3000))
    report = DeployReport("deploy", "shop", "prod", lambda: float(next(seconds)))
    for event in events:
        report.note(event)
    if ending is not None:
        report.end(ending, "" if ending is Ending.SUCCEEDED else "track Deployment/web: no")
    return report


def states(report: DeployReport) -> dict[str, str]:
    return {str(id): str(entry.state) for id, entry in report.entries.items()}


def resources(report: DeployReport) -> dict[str, dict[str, Any]]:
    document = json.loads(json_report(report, same))
    return {one["name"]: one for one in document["resources"]}


def test_each_resource_has_its_times() -> None:
    report = report_of(
        *BEGAN,
        Written(CONFIG, "create"),
        Written(WEB, "update"),
        StateChanged(WEB, waiting("0 of 1"), "2001-09-09T00:00:00Z"),
        StateChanged(WEB, ready("1 of 1"), "2001-09-09T00:00:00Z"),
        Written(OLD, "delete"),
    )
    assert states(report) == {
        "Deployment/web": "ready",
        "ConfigMap/config": "ready",
        "ConfigMap/old": "deleted",
    }
    web, config = resources(report)["web"], resources(report)["config"]
    assert web["created"] == "2001-09-09T00:00:00Z"
    assert (web["changed"], web["ready"]) == ("1970-01-01T00:16:42Z", "1970-01-01T00:16:43Z")
    assert (web["action"], web["seconds"], web["reason"]) == ("update", 1, "1 of 1")
    assert config["created"] == config["changed"] == config["ready"] == "1970-01-01T00:16:41Z"
    assert resources(report)["old"]["ready"] is None


FAILED = (
    *BEGAN,
    Written(CONFIG, "create"),
    Written(WEB, "update"),
    StateChanged(WEB, failed("errors: 2, allowed: 1")),
    Decided(Verdict.FAILED, 2, 4.0, "errors: 2, allowed: 1", WEB, CRASH, ("no database",)),
)


def test_a_failure_has_its_cause_and_its_log() -> None:
    report = report_of(*FAILED, ending=Ending.FAILED)
    assert states(report) == {
        "Deployment/web": "failed",
        "ConfigMap/config": "ready",
        "ConfigMap/old": "skipped",
    }
    web = resources(report)["web"]
    assert web["failed"] == "1970-01-01T00:16:43Z"
    assert web["cause"]["exitCode"] == 7
    assert web["log"] == ["no database"]


def junit(report: DeployReport) -> Element:
    return fromstring(junit_report(report, same))  # noqa: S314 - our own


def cases(report: DeployReport) -> dict[str, Element]:
    return {one.get("name", ""): one for one in junit(report).iter("testcase")}


def test_what_was_made_and_removed_again_is_not_told_as_there() -> None:
    made = (Written(CONFIG, "create"), StateChanged(CONFIG, ready("present")))
    report = report_of(*BEGAN, *made, Planned(CONFIG, "delete"), Written(CONFIG, "delete"))
    found = resources(report)["config"]
    assert (found["state"], found["reason"]) == ("deleted", "")


def test_junit_has_a_case_for_each_resource_and_a_failure_with_the_cause() -> None:
    found = cases(report_of(*FAILED, ending=Ending.FAILED))
    assert list(found) == ["shop", "Deployment/web", "ConfigMap/config", "ConfigMap/old"]
    failure = found["Deployment/web"].find("failure")
    assert failure is not None
    assert failure.get("message") == "errors: 2, allowed: 1"
    assert (failure.text or "").endswith("no database")
    assert found["ConfigMap/old"].find("skipped") is not None
    assert found["shop"].find("error") is None
    assert found["Deployment/web"].get("classname") == "prod.Deployment"


ALLOWED = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "time", "tests", "failures", "errors", "skipped", "timestamp"},
    "testcase": {"name", "time", "classname"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"type", "message"},
}
"""As the schema of Jenkins' xUnit plugin has it, which refuses everything else."""


@pytest.mark.parametrize("ending", list(Ending))
def test_junit_has_nothing_that_a_strict_reader_refuses(ending: Ending) -> None:
    for one in junit(report_of(*FAILED, ending=ending)).iter():
        assert set(one.attrib) <= ALLOWED[one.tag], one.tag


def test_junit_counts_what_it_has() -> None:
    (root,) = junit(report_of(*FAILED, ending=Ending.FAILED))
    counts = [root.get(name) for name in ("tests", "failures", "errors", "skipped")]
    assert counts == ["4", "1", "0", "1"]


def test_an_error_that_no_resource_tells_is_one_of_the_whole() -> None:
    error = cases(report_of(*BEGAN, ending=Ending.FAILED))["shop"].find("error")
    assert error is not None
    assert error.text == "track Deployment/web: no"


def test_an_interruption_is_told() -> None:
    report = report_of(*BEGAN, ending=Ending.INTERRUPTED)
    error = cases(report)["shop"].find("error")
    assert error is not None
    assert error.get("type") == "interrupted"
    assert json.loads(json_report(report, same))["status"] == "interrupted"


def test_what_was_lacking_when_the_time_was_over_has_failed() -> None:
    decided = Decided(Verdict.WAITING, 1, 9.0, "not ready", lacking=((WEB, "0 of 1"),))
    report = report_of(*BEGAN, Written(WEB, "update"), decided, ending=Ending.FAILED)
    assert report.entries[WEB].state is State.FAILED
    assert resources(report)["web"]["reason"] == "not ready in time: 0 of 1"


def test_a_failure_that_is_not_asked_for_fails_no_test() -> None:
    found = cases(report_of(*BEGAN, Written(WEB, "update"), StateChanged(WEB, failed("x"))))
    assert found["Deployment/web"].find("failure") is None
    assert found["Deployment/web"].find("skipped") is not None


def test_the_way_back_does_not_hide_why() -> None:
    back = RevisionBegan("shop", "prod", 4, "rollback")
    report = report_of(
        *FAILED, back, Written(WEB, "update"), StateChanged(WEB, ready()), ending=Ending.FAILED
    )
    assert report.entries[WEB].state is State.FAILED
    assert json.loads(json_report(report, same))["rolledBackBy"] == 4
    assert "failed and rolled back by revision 4" in summary_of(report)[0]


def test_a_hook_that_runs_twice_begins_anew() -> None:
    ran = (Written(JOB, "create", is_hook=True), StateChanged(JOB, ready("complete")))
    report = report_of(*ran, Written(JOB, "create", is_hook=True))
    entry = report.entries[JOB]
    assert (entry.changed, entry.ready, entry.readiness) == (1003.0, 1003.0, None)


@pytest.mark.parametrize(
    ("path", "form"), [("a.xml", "junit"), ("a.XML", "junit"), ("a.json", "json"), ("a", "json")]
)
def test_the_form_is_in_the_name(path: str, form: str) -> None:
    assert form_for(path) == form


def test_secrets_are_in_no_form() -> None:
    def mask(value: str) -> str:
        return value.replace("s3cret", "***")

    told = StateChanged(WEB, failed("no s3cret"))
    decided = Decided(Verdict.FAILED, 1, 1.0, "no s3cret", WEB, CRASH, ("the s3cret",))
    report = report_of(told, decided, ending=Ending.FAILED)
    line = LineLogged("prod", "web-1", "app", "my s3cret")
    texts = [form(report, mask) for form in (json_report, junit_report, summary_line)]
    texts += [event_line(event, 0.0, mask) for event in (told, decided, line)]
    assert all("***" in one for one in texts if "summary" not in one)
    assert not any("s3cret" in one for one in texts)


IDS = st.sampled_from([WEB, CONFIG, OLD, JOB])
WORDS = st.text(max_size=20)
READINESS = st.builds(Readiness, st.sampled_from(list(Verdict)), WORDS)
EVENTS = st.one_of(
    st.builds(RevisionBegan, WORDS, WORDS, st.integers(1, 9), st.just("upgrade")),
    st.builds(Planned, IDS, st.sampled_from(["create", "update", "delete", "none"])),
    st.builds(Written, IDS, st.sampled_from(["create", "update", "delete"]), st.booleans()),
    st.builds(Refused, IDS, WORDS, st.booleans()),
    st.builds(StateChanged, IDS, READINESS, st.just("")),
    st.builds(LineLogged, WORDS, WORDS, WORDS, WORDS),
    st.builds(EventSeen, IDS, WORDS, WORDS, WORDS, WORDS),
    st.builds(
        Decided,
        st.sampled_from(list(Verdict)),
        st.integers(0, 9),
        st.floats(0, 9),
        WORDS,
        st.none() | IDS,
        st.just(CRASH),
        st.lists(WORDS, max_size=2).map(tuple),
        st.lists(st.tuples(IDS, WORDS), max_size=2).map(tuple),
    ),
)


@given(st.lists(EVENTS, max_size=20), st.sampled_from(list(Ending)))
def test_any_run_has_every_form(events: list[Event], ending: Ending) -> None:
    """JSON and XML are well-formed whatever the cluster says, and name the same resources."""
    report = report_of(*events, ending=ending)
    names = [f"{one['kind']}/{one['name']}" for one in resources(report).values()]
    assert sorted(cases(report)) == sorted(["shop", *names])
    assert json.loads(summary_line(report, same))["status"] == str(ending)
    for event in events:
        line = event_line(event, 1.0, same)
        assert "\n" not in line
        assert json.loads(line)["event"]
    title, rows = summary_of(report)
    assert title
    assert len(rows) <= len(names)


def test_the_summary_has_of_equals_first_what_took_longest() -> None:
    _, rows = summary_of(report_of(*BEGAN, Written(CONFIG, "create"), Written(WEB, "update"),
                                  StateChanged(WEB, ready("1 of 1"))))  # fmt: skip
    assert [row.name for row in rows[:2]] == ["ConfigMap/old", "Deployment/web"]


def test_the_summary_leaves_out_what_stays_and_has_failures_first() -> None:
    unchanged = Planned(JOB, "none")
    title, rows = summary_of(report_of(unchanged, *FAILED, ending=Ending.FAILED))
    assert title.startswith("shop, revision 3: failed in ")
    assert title.endswith(": 1 created, 1 updated, 1 unchanged, 1 failed, 1 skipped, 2 ready")
    assert [(row.name, row.state) for row in rows] == [
        ("Deployment/web", RowState.FAILED),
        ("ConfigMap/old", RowState.WAITING),
        ("ConfigMap/config", RowState.READY),
    ]


class Heard:
    """Remembers every event."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def note(self, event: Event) -> None:
        self.events.append(event)


@pytest.fixture
def world(tmp_path: Path) -> Releasing:
    return Releasing(tmp_path / ".helm")


def test_a_deploy_tells_what_it_does(world: Releasing) -> None:
    heard, report = Heard(), report_of(ending=None)
    world.observer = Observers([heard, report])
    hook = 'annotations: {"helm.sh/hook": pre-install}\n'
    world.deploy(text("a"), text("b", extra=f"  {hook}"))
    kinds = [type(event).__name__ for event in heard.events]
    assert kinds == ["RevisionBegan", "Planned", "Written", "Written", "StateChanged", "Decided"]
    assert [entry.is_hook for entry in report.entries.values()] == [False, True]
    world.deploy(text("c"))
    deleted = [one for one in heard.events if isinstance(one, Written) and one.action == "delete"]
    assert [one.id.name for one in deleted] == ["a"]


def test_what_is_changed_has_the_time_at_which_it_was_made(world: Releasing) -> None:
    world.deploy(text("a", "{x: '1'}"), text("b"))
    report = report_of(ending=None)
    world.observer = report
    world.deploy(text("a", "{x: '2'}"), text("b"))
    report.end(Ending.SUCCEEDED)
    found = {name: one["created"] for name, one in resources(report).items()}
    assert found == dict.fromkeys("ab", "2024-01-01T00:00:00Z")  # the cluster's, not ours


def test_a_change_that_is_refused_is_not_told_as_made(world: Releasing) -> None:
    heard, create = Heard(), world.cluster.create
    world.observer = heard

    def refuse(manifest: Manifest, *, dry_run: bool = False) -> Manifest:
        if manifest["metadata"]["name"] == "bad":
            raise InvalidError("create bad", "spec.x: wrong", status=422)
        return create(manifest, dry_run=dry_run)

    world.cluster.create = refuse  # type: ignore[method-assign]
    with pytest.raises(InvalidError):
        world.deploy(text("bad"))
    kinds = [type(event).__name__ for event in heard.events]
    assert kinds == ["RevisionBegan", "Planned", "Refused"]
    refused = heard.events[-1]
    assert isinstance(refused, Refused)
    assert refused.problem == "spec.x: wrong"  # which resource it is stands beside it


def test_what_was_refused_has_failed_and_is_not_told_as_unreached() -> None:
    report = report_of(*BEGAN, Refused(WEB, "create web: spec.x: wrong"), ending=Ending.FAILED)
    assert resources(report)["web"]["state"] == "failed"
    assert resources(report)["web"]["reason"] == "create web: spec.x: wrong"
    failure = next(case.find("failure") for name, case in cases(report).items() if "web" in name)
    assert failure is not None


def test_what_was_refused_at_first_and_then_written_is_not_to_blame() -> None:
    """A webhook was away for a moment."""
    events = Refused(WEB, "no answer"), Written(WEB, "update")
    assert report_of(*BEGAN, *events, ending=None).entries[WEB].state is State.READY


def test_a_hook_that_is_refused_is_told_as_a_hook() -> None:
    report = report_of(*BEGAN, Refused(JOB, "no", is_hook=True), ending=Ending.FAILED)
    assert report.entries[JOB].is_hook
    assert report.entries[JOB].state is State.FAILED
