"""The API server has many words for a field that cannot be changed."""

import pytest

from werfish.deploy.immutable import is_immutable
from werfish.kube.errors import InvalidError


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        pytest.param("spec.selector: Invalid value: {}: field is immutable", True, id="deployment"),
        pytest.param(
            "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', "
            "'template' are forbidden",
            True,
            id="stateful-set",
        ),
        pytest.param(
            "spec: Forbidden: spec is immutable after creation except resources.requests",
            True,
            id="claim",
        ),
        pytest.param("roleRef: Invalid value: {}: cannot change roleRef", True, id="role-binding"),
        pytest.param(
            'spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set',
            True,
            id="service",
        ),
        pytest.param(
            "spec: Forbidden: pod updates may not change fields other than "
            "`spec.containers[*].image`",
            True,
            id="pod",
        ),
        pytest.param(
            "value: Forbidden: may not be changed in an update.", True, id="priority-class"
        ),
        pytest.param(
            "provisioner: Forbidden: updates to provisioner are forbidden.",
            True,
            id="storage-class",
        ),
        pytest.param("spec.replicas: Invalid value: -1: must be 0 or more", False, id="plain"),
    ],
)
def test_what_says_that_a_field_cannot_be_changed(problem: str, expected: bool) -> None:
    """Source of the words: Kubernetes' validation of each kind."""
    assert is_immutable(InvalidError("patch it", problem, status=422)) is expected
