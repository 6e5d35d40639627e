"""How a revision is applied and recorded, from options and variables."""

import io
from pathlib import Path
from time import monotonic
from typing import Any

import click
import pytest
from click.testing import CliRunner

from tests.contracts.releases import release
from tests.deploy.objects import OWNER
from tests.fakes.cluster import FakeCluster
from werfish.cli import deploying
from werfish.cli.flags import ProjectFlags
from werfish.cli.main import main
from werfish.cli.modes import (
    cleanup_option,
    mode_options,
    modes_of,
    records_option,
    update_crds_option,
)
from werfish.cli.options import WerfCommand, grouped
from werfish.deploy.modes import ApplyMethod, MergeMode, Modes
from werfish.deploy.plan_file import write_plan
from werfish.deploy.saved_plan import SavedPlan
from werfish.errors import ConfigError
from werfish.kube.status_test import StatusTest
from werfish.log import Log

CONFIG = """project: shop
configVersion: 1
deploy:
  readiness:
  - {group: example.com, kind: Thing, ready: [Done]}
"""


@click.command(cls=WerfCommand)
@grouped(mode_options, update_crds_option, cleanup_option)
def command(**flags: Any) -> None:
    """Print the modes."""
    click.echo(modes_of(flags))


@pytest.mark.parametrize(
    ("arguments", "variables", "expected"),
    [
        pytest.param([], {}, Modes(), id="usual"),
        pytest.param(
            ["--three-way-merge-mode", "disabled", "--cleanup-on-fail"],
            {"WERF_UPDATE_CRDS": "1"},
            Modes(MergeMode.DISABLED, update_crds=True, cleanup_on_fail=True),
            id="two-way",
        ),
        pytest.param(
            ["--apply-method=server-side", "--force-conflicts", "--force-adoption"],
            {},
            Modes(method=ApplyMethod.SERVER_SIDE, force_conflicts=True, force_adoption=True),
            id="server-side",
        ),
        pytest.param(
            [],
            {"WERF_THREE_WAY_MERGE_MODE": "onlyNewReleases"},
            Modes(MergeMode.ONLY_NEW_RELEASES),
            id="variables",
        ),
    ],
)
def test_modes(arguments: list[str], variables: dict[str, str], expected: Modes) -> None:
    result = CliRunner().invoke(command, arguments, env=variables)
    assert result.output == f"{expected}\n"


def test_the_server_does_not_merge_two_ways() -> None:
    arguments = ["--apply-method", "server-side", "--three-way-merge-mode", "disabled"]
    result = CliRunner().invoke(command, arguments)
    assert "goes with --apply-method client-side only" in result.output


@click.command(cls=WerfCommand)
@records_option
def recording(release_storage: str) -> None:
    """Print what records are kept in."""
    storage = deploying.record_storage(FakeCluster(), "prod", release_storage)
    click.echo(storage.place_of(release()).gvk.kind)


@pytest.mark.parametrize(
    ("arguments", "variables", "kind"),
    [
        pytest.param([], {}, "Secret", id="default"),
        pytest.param([], {"HELM_DRIVER": "configmap"}, "ConfigMap", id="helms"),
        pytest.param([], {"HELM_DRIVER": "ConfigMaps"}, "ConfigMap", id="helms-other-word"),
        pytest.param(
            [],
            {"HELM_DRIVER": "configmap", "WERF_RELEASE_STORAGE": "secret"},
            "Secret",
            id="werfs-is-first",
        ),
        pytest.param(["--helm-release-storage-type", "configmap"], {}, "ConfigMap", id="werf-1.1"),
        pytest.param(["--releases-storage-driver", "configmap"], {}, "ConfigMap", id="driver"),
    ],
)
def test_where_records_are(arguments: list[str], variables: dict[str, str], kind: str) -> None:
    variables = {"HELM_DRIVER": "", **variables}
    assert CliRunner().invoke(recording, arguments, env=variables).output == f"{kind}\n"


def flags_for(folder: Path, config: str | None = None) -> ProjectFlags:
    return ProjectFlags(
        str(folder), config, None, None, False, False, "", None, None, "off", False, False
    )


@pytest.fixture
def told() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def log(told: io.StringIO) -> Log:
    return Log(told, clock=monotonic)


def test_a_project_rules_where_it_is(tmp_path: Path, log: Log) -> None:
    (tmp_path / "werf.yaml").write_text(CONFIG)
    (rule,) = deploying.ruling_project(flags_for(tmp_path), log, given=True).deploy.readiness
    assert rule.kind == "Thing"
    assert isinstance(rule.ready[0], StatusTest)


def test_without_a_project_nothing_rules(tmp_path: Path, log: Log) -> None:
    assert deploying.ruling_project(flags_for(tmp_path), log, given=True).deploy.readiness == ()
    with pytest.raises(ConfigError):
        deploying.ruling_project(flags_for(tmp_path), log, given=False)
    with pytest.raises(ConfigError):
        deploying.ruling_project(flags_for(tmp_path, "no.yaml"), log, given=True)


def test_a_broken_project_is_a_warning_where_names_are_given(
    tmp_path: Path, log: Log, told: io.StringIO
) -> None:
    (tmp_path / "werf.yaml").write_text("nonsense: [")
    assert deploying.ruling_project(flags_for(tmp_path), log, given=True).deploy.readiness == ()
    assert "the rules of deploy.readiness are not known" in told.getvalue()


def test_a_plan_that_is_not_there_or_for_another_release_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plan.json"
    assert main(["deploy", "--use-plan", str(path)]) == 3
    assert "no such file" in capsys.readouterr().err
    write_plan(path, SavedPlan(OWNER, 0.0, ""), None)
    assert main(["deploy", "--use-plan", str(path), "--release", "other"]) == 64
    assert 'the saved plan is for "rel"' in capsys.readouterr().err
