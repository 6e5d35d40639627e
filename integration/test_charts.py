"""A chart by the command line: rendered, planned, deployed with secrets, and taken back."""

import json
import os
import subprocess
from base64 import b64decode

import pytest

from integration.conftest import Program
from integration.kit.api import Endpoints

TEMPLATE = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {color: {{ .Values.color | quote }}}
---
apiVersion: v1
kind: Secret
metadata: {name: login}
data:
  key: {{ werf_secret_file "tls/key" | b64enc }}
  password: {{ .Values.db.password | b64enc }}
"""
KEY = "11ac8312520b5ff037bae386ea2e8a07"


class Chart:
    """A project of a chart only, whose name is its release and namespace."""

    def __init__(self, program: Program, namespace: str) -> None:
        self.namespace = namespace
        self._program = program
        self._folder = program.folder
        self.write("werf.yaml", f"configVersion: 1\nproject: {namespace}\n")
        self.write(".helm/templates/all.yaml", TEMPLATE)
        self.write(".helm/values.yaml", "color: red\n")
        self.write(".werf_secret_key", KEY)
        self.seal("values", "db: {password: hunter22} # of the database\n", "secret-values.yaml")
        self.seal("file", "the private key\n", "secret/tls/key")
        for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "all"]):
            subprocess.run(["git", *words], cwd=self._folder, check=True)

    def write(self, path: str, text: str) -> None:
        """Write the file *path*."""
        file = self._folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def seal(self, form: str, text: str, path: str) -> None:
        """Encrypt *text* into the chart's file *path*."""
        self.write("plain", text)
        self.run("helm", "secret", form, "encrypt", "plain", "-o", f".helm/{path}")
        (self._folder / "plain").unlink()

    def run(self, *arguments: str, code: int = 0) -> tuple[str, str]:
        """Run the program and return what it printed, for programs and for people."""
        done = self._program(*arguments, code=code)
        return done.stdout, done.stderr

    def data(self, kind: str, name: str) -> dict[str, str]:
        """Return the data of an object of the cluster."""
        command = ["kubectl", "-n", self.namespace, "get", kind, name, "-o", "json"]
        done = subprocess.run(command, check=True, capture_output=True)
        data: dict[str, str] = json.loads(done.stdout)["data"]
        return data


@pytest.fixture
def chart(kit: Endpoints, program: Program, namespace: str) -> Chart:
    return Chart(program, namespace)


def test_secrets_reach_the_cluster_and_nothing_else(chart: Chart) -> None:
    said = "".join(chart.run("deploy", "--log-verbose"))
    assert "hunter22" not in said
    login = {key: b64decode(value).decode() for key, value in chart.data("secret", "login").items()}
    assert login == {"key": "the private key\n", "password": "hunter22"}
    record, _ = chart.run("release", "get", "--part", "manifest")
    assert "kind: Secret" in record
    command = [os.environ["WERF_HELM"], "-n", chart.namespace, "get", "values", chart.namespace]
    values = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "password: hunter22" in values  # as with helm, which records all values
    assert "the private key" not in values


def test_a_plan_shows_what_a_deploy_then_does(chart: Chart) -> None:
    planned, _ = chart.run("plan", "--exit-code", code=2)
    assert "+ Secret" in planned
    assert "hunter22" not in planned
    chart.run("deploy")
    planned, _ = chart.run("plan", "--exit-code")
    assert [line[0] for line in planned.splitlines()] == ["=", "="]
    planned, _ = chart.run("plan", "--exit-code", "--set", "color=blue", code=2)
    assert "    -  color: red\n    +  color: blue\n" in planned
    changes = json.loads(chart.run("plan", "--output", "json", "--set", "color=blue")[0])
    assert [(one["action"], one["kind"]) for one in changes] == [
        ("update", "ConfigMap"),
        ("none", "Secret"),
    ]


def test_what_is_rendered_needs_no_cluster(chart: Chart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", "/nonexistent")
    text, _ = chart.run("render", "--set", "color=blue")
    assert "color: blue" in text
    assert "1 chart(s) linted, 0 chart(s) failed" in chart.run("lint")[1]
    chart.write(".helm/templates/wrong.yaml", "{{ nope }}")
    assert ".helm/templates/wrong.yaml" in chart.run("lint", code=7)[1]


def test_there_and_back_again(chart: Chart) -> None:
    chart.run("deploy")
    chart.run("deploy", "--set", "color=blue")
    chart.run("rollback")
    assert chart.data("configmap", "settings") == {"color": "red"}
    history = json.loads(chart.run("release", "history", "--output", "json")[0])
    assert [(one["revision"], one["status"]) for one in history] == [
        (1, "superseded"),
        (2, "superseded"),
        (3, "deployed"),
    ]
    command = [os.environ["WERF_HELM"], "-n", chart.namespace, "history", chart.namespace]
    helm = subprocess.run([*command, "-o", "json"], check=True, capture_output=True).stdout
    assert [one["description"] for one in json.loads(helm)][-1] == "Rollback to 1"
    listed = json.loads(chart.run("release", "list", "--output", "json")[0])
    assert (chart.namespace, 3) in [(one["name"], one["revision"]) for one in listed]
    assert "is not on record" in chart.run("rollback", "9", code=8)[1]
