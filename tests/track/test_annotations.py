"""Annotations mean what they say or are errors."""

import pytest

from tests.track.manifests import resource, workload
from werfish.kube.annotations import AnnotationError
from werfish.track.annotations import (
    FailMode,
    LogOptions,
    TerminationMode,
    TrackingOptions,
    tracking_options,
)


def test_silence_means_the_defaults() -> None:
    assert tracking_options(resource(workload())) == TrackingOptions()


def test_all_are_honoured() -> None:
    stated = workload(
        failures_allowed_per_replica="3",
        fail_mode="HopeUntilEndOfDeployProcess",
        track_termination_mode="NonBlocking",
        skip_logs="true",
    )
    assert tracking_options(resource(stated)) == TrackingOptions(
        3, FailMode.HOPE, TerminationMode.NON_BLOCKING, LogOptions(is_off=True)
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("failures-allowed-per-replica", "-1"),
        ("failures-allowed-per-replica", "many"),
        ("failures-allowed-per-replica", ""),
        ("fail-mode", "Fail"),
        ("track-termination-mode", "nonblocking"),
        ("skip-logs", "maybe"),
    ],
)
def test_wrong_values_are_errors(name: str, value: str) -> None:
    stated = workload()
    stated["metadata"]["annotations"] = {f"werf.io/{name}": value}
    with pytest.raises(AnnotationError) as caught:
        tracking_options(resource(stated))
    assert f'werf.io/{name}: "{value}"' in str(caught.value)
    assert "Deployment/web" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("no-activity-timeout", "soon"),
        ("ignore-readiness-probe-fails-for-app", "-3s"),
        ("log-regex", "("),
        ("log-regex-skip-for-app", "["),
        ("skip-logs-for-containers", "a,,b"),
        ("show-logs-only-for-number-of-replicas", "two"),
        ("show-service-messages", "loud"),
        ("show-logs-until", "EndOfDeploy"),
        ("ready-when", "{.status"),
        ("failed-when", ""),
    ],
)
def test_wrong_values_of_the_others(name: str, value: str) -> None:
    stated = workload()
    stated["metadata"]["annotations"] = {f"werf.io/{name}": value}
    with pytest.raises(AnnotationError, match=name):
        tracking_options(resource(stated))


def test_which_log_lines_are_wanted() -> None:
    stated = workload()
    stated["metadata"]["annotations"] = {
        "werf.io/log-regex": "error",
        "werf.io/log-regex-for-app": "warn|error",
        "werf.io/log-regex-skip": "noise",
        "werf.io/skip-logs-for-containers": "proxy, agent",
    }
    logs = tracking_options(resource(stated)).logs
    assert logs.is_wanted("app", "a warning")
    assert not logs.is_wanted("other", "a warning")
    assert not logs.is_wanted("app", "error, but noise")
    assert logs.has("app")
    assert not logs.has("agent")


def test_durations_and_tests() -> None:
    stated = workload()
    stated["metadata"]["annotations"] = {
        "werf.io/no-activity-timeout": "1m30s",
        "werf.io/ignore-readiness-probe-fails-for-app": "20s",
        "werf.io/ready-when": "Ready\n{.status.phase}=Done",
    }
    options = tracking_options(resource(stated))
    assert options.patience == 90
    assert options.probes_ignored == {"app": 20}
    assert options.rule is not None
    assert len(options.rule.ready) == 2
