"""Annotations mean what they say or are errors."""

import pytest

from tests.track.manifests import resource, workload
from werfish.track.annotations import (
    AnnotationError,
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
