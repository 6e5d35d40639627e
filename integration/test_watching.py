"""What people, CI systems and programs are told of a deploy, by the program, on a real cluster."""

import json
import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, parse

import pytest

from integration.conftest import Program
from integration.kit.api import Endpoints
from integration.on_terminal import OnTerminal
from integration.project import GitProject

CONFIG = "project: shop\nconfigVersion: 1\n"
CHART = """
apiVersion: v1
kind: ConfigMap
metadata: {name: conf}
data: {a: {{ .Values.a | default "1" | quote }}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {"helm.sh/hook": pre-install}}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{name: sql, image: IMAGE, command: [sh, -c, echo migrating]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: {werf.io/failures-allowed-per-replica: "0"}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
      - name: app
        image: IMAGE
        command: [sh, -c, {{ .Values.script | default "SCRIPT" | quote }}]
        readinessProbe:
          periodSeconds: 1
          exec: {command: [sh, -c, {{ .Values.probe | default "test -e /ready" | quote }}]}
"""
SCRIPT = "echo hello; sleep 0.7; : > /ready; sleep 1000"
"""What is ready is not followed any more: there is time to read what it wrote before."""
CRASH = ("--set", "script=echo no database; sleep 1; exit 7", "--set", "probe=exit 1")
HANG = ("--set", "probe=exit 1")


class Watching:
    """The release ``shop`` of a project, in a namespace of its own."""

    def __init__(self, program: Program, namespace: str) -> None:
        self.program = program
        self.place = ("--namespace", namespace, "--release", "shop")
        self.namespace = namespace

    def run(self, *arguments: str, code: int = 0, command: str = "deploy") -> tuple[str, str]:
        """Run a command to its end and return what it printed."""
        done = self.program(*command.split(), *self.place, *arguments, code=code)
        return done.stdout, done.stderr

    def path(self, name: str) -> Path:
        return self.program.folder / name

    def report(self, name: str) -> dict[str, Any]:
        found = json.loads(self.path(name).read_text())
        assert isinstance(found, dict)
        return found

    def cases(self, name: str) -> dict[str, Element]:
        root = parse(self.path(name)).getroot()  # noqa: S314 - our own
        return {case.get("name", ""): case for case in root.iter("testcase")}


@pytest.fixture
def watching(program: Program, namespace: str, kit: Endpoints) -> Watching:
    chart = CHART.replace("IMAGE", f"{kit.registry}/library/busybox:1.35")
    chart = chart.replace("SCRIPT", SCRIPT)
    GitProject(program.folder).commit({"werf.yaml": CONFIG, ".helm/templates/a.yaml": chart})
    return Watching(program, namespace)


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def states(report: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["state"] for one in report["resources"]}


def test_a_report_tells_of_every_resource_with_its_times(watching: Watching) -> None:
    watching.run("--deploy-report", "r.json", "--deploy-report", "r.xml")
    report = watching.report("r.json")
    assert (report["status"], report["revision"]) == ("succeeded", 1)
    assert states(report) == {"conf": "ready", "web": "ready", "migrate": "ready"}
    for one in report["resources"]:
        assert one["created"]
        assert one["changed"] <= one["ready"]
    assert set(watching.cases("r.xml")) == {
        "shop", "ConfigMap/conf", "Deployment/web", "Job/migrate"
    }  # fmt: skip


def test_a_report_of_a_failure_has_its_cause(watching: Watching) -> None:
    watching.run()
    variables = {"WERF_SAVE_DEPLOY_REPORT": "1", "WERF_DEPLOY_REPORT_1": "r.xml"}
    failing = Watching(
        Program({**watching.program.variables, **variables}, watching.program.folder),
        watching.namespace,
    )
    failing.run(*CRASH, "--set", "a=2", code=10)
    report = watching.report(".werf-deploy-report.json")
    assert report["status"] == "failed"
    web = next(one for one in report["resources"] if one["name"] == "web")
    assert (web["state"], web["cause"]["exitCode"], web["log"]) == ("failed", 7, ["no database"])
    failure = watching.cases("r.xml")["Deployment/web"].find("failure")
    assert failure is not None
    assert "no database" in (failure.text or "")
    assert watching.cases("r.xml")["ConfigMap/conf"].find("failure") is None
    _, said = watching.run("--deploy-report", "back.json", command="rollback")
    assert states(watching.report("back.json"))["web"] == "ready"
    assert "revision 3: succeeded" in said


def test_what_cannot_be_written_stops_it_before_anything_is_applied(watching: Watching) -> None:
    _, said = watching.run("--deploy-report", "werf.yaml/r.json", code=1)
    assert "--deploy-report" in said
    found = subprocess.run(
        ["kubectl", "get", "namespace", watching.namespace], check=False, capture_output=True
    )
    assert found.returncode


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)], ids=["TERM", "INT"]
)
def test_a_report_of_a_deploy_that_is_interrupted(
    watching: Watching, number: signal.Signals, code: int
) -> None:
    process = watching.program.start(
        "deploy", *watching.place, *HANG, "--deploy-report", "r.json", "--deploy-report", "r.xml"
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("Deployment/web: waiting: 0 of 1 pods available"):
            break
    process.send_signal(number)
    process.communicate()
    assert process.returncode == code
    assert watching.report("r.json")["status"] == "interrupted"
    assert states(watching.report("r.json"))["web"] == "waiting"
    assert watching.cases("r.xml")["shop"].find("error") is not None
    left = [path.name for path in watching.program.folder.iterdir()]
    assert not [name for name in left if name.startswith(".new-")]


def test_a_stream_of_events(watching: Watching) -> None:
    told, _ = watching.run("--output", "json")
    found = events(told)
    kinds = [one["event"] for one in found]
    assert kinds[0] == "revision"
    assert kinds[1:3] == ["planned", "planned"]
    assert {"changed", "state", "log", "verdict"} < set(kinds)
    assert kinds[-1] == "summary"
    assert [one["line"] for one in found if one["event"] == "log"] == ["migrating", "hello"]
    assert found[-1]["states"] == {"ready": 3}
    told, _ = watching.run("--output", "json", *CRASH, code=10)
    verdict = [one for one in events(told) if one["event"] == "verdict"][-1]
    assert (verdict["resource"]["name"], verdict["cause"]["exitCode"]) == ("web", 7)
    assert events(told)[-1]["status"] == "failed"


def test_who_stops_reading_does_not_stop_the_deploy(watching: Watching) -> None:
    process = watching.program.start("deploy", *watching.place, "--output", "json")
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["event"] == "revision"
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr:
        said = process.stderr.read()
    assert process.wait() == 0, said
    assert "revision 1: succeeded" in said


def test_what_is_applied_is_followed(watching: Watching) -> None:
    watching.run()
    where = ("--namespace", watching.namespace)
    tracked = watching.program(
        "track", "deploy/web", "configmap/conf", *where, "--output", "json",
        "--deploy-report", "t.json",
    )  # fmt: skip
    told = [one["event"] for one in events(tracked.stdout)]
    assert told == ["state", "state", "verdict", "summary"]
    assert states(watching.report("t.json")) == {"conf": "ready", "web": "ready"}
    watched, _ = watching.run("--watch", "--output", "json", command="release status")
    found = events(watched)
    assert [one["event"] for one in found] == ["status", "state", "state", "verdict", "summary"]
    assert {one["resource"] for one in found[0]["resources"]} == {
        "ConfigMap/conf", "Deployment/web"
    }  # fmt: skip
    shown, said = watching.run("--watch", command="release status")
    assert re.search(r"^Deployment/web +\S+ +ready", shown, re.MULTILINE)
    assert "Deployment/web: ready" in said


def test_what_fails_while_it_is_followed(watching: Watching) -> None:
    watching.run(*CRASH, code=10)
    _, said = watching.run("--watch", command="release status", code=10)
    assert "exit code 7" in said
    done = watching.program("track", "deploy/web", "--namespace", watching.namespace, code=10)
    assert "exit code 7" in done.stderr


def test_lines_come_at_the_period_and_sections_fold(watching: Watching) -> None:
    ci = Program({**watching.program.variables, "GITLAB_CI": "true"}, watching.program.folder)
    timed = ("--status-progress-period", "1", "--timeout", "20")
    done = ci("deploy", *watching.place, *HANG, *timed, code=10)
    assert len(re.findall(r"^waiting for 1 of 2 resources", done.stderr, re.MULTILINE)) >= 2
    begun = re.findall(r"section_start:\d+:(\w+)", done.stderr)
    assert begun == re.findall(r"section_end:\d+:(\w+)", done.stderr)
    assert len(begun) == 4
    silent = ("--status-progress-period", "0", "--timeout", "2")
    done = ci("deploy", *watching.place, *HANG, *silent, code=10)
    assert "waiting for 1 of" not in done.stderr


@pytest.mark.parametrize("no_color", ["", "1"])
def test_a_terminal_shows_a_tree_of_the_release(watching: Watching, no_color: str) -> None:
    arguments = ("deploy", *watching.place, *HANG)
    terminal = OnTerminal(watching.program, *arguments, variables={"NO_COLOR": no_color})
    terminal.until(r"^Job/migrate +waiting +0/1 .*\n(.*\n)*pre-install hook 1 of 1: 1 waiting of 1")
    terminal.until(
        r"^Deployment/web +waiting +0/1 +\d+ s .*\n  web-\S+ +Running +0/1 +\d+ s.*\n"
        r"revision 1 of release \"shop\" .*: 1 waiting of 1, \d+ s"
    )
    terminal.until(r"^web-\S+/app \| hello\n")
    terminal.resize(40, 30)
    terminal.until(r"^Deployment/we\S* +waiting  0/1  \d+ s")
    os.write(terminal.master, b"\x03")
    code, shown = terminal.end()
    assert code == 130
    assert shown[-1] == "interrupted"
    assert any("interrupted in" in line for line in shown)
    assert not any("waiting of 1" in line for line in shown)
    assert terminal.shown.is_cursor_shown
    assert bool(re.search(r"\x1b\[[0-9;]*m", terminal.raw)) is not bool(no_color)
