"""What the server states of conflicts of server-side apply."""

from typing import Any

import pytest

from werfish.kube.errors import ConflictError, FieldConflict, FieldConflictError, error_of


def conflict(*causes: dict[str, Any]) -> dict[str, Any]:
    return {"reason": "Conflict", "message": "Apply failed", "details": {"causes": list(causes)}}


@pytest.mark.parametrize(
    ("message", "manager"),
    [
        ('conflict with "kubectl-edit" using apps/v1', "kubectl-edit"),
        (
            'conflict with "kube-controller-manager" with subresource "scale" using apps/v1',
            "kube-controller-manager",
        ),
        ('conflict with "helm" using apps/v1 at 2024-05-01T10:00:00Z', "helm"),
        ("words that nobody knows", "words that nobody knows"),
    ],
)
def test_fields_and_managers_are_read(message: str, manager: str) -> None:
    cause = {"reason": "FieldManagerConflict", "message": message, "field": ".spec.replicas"}
    error = error_of(409, conflict(cause), "patch Deployment/web")
    assert isinstance(error, FieldConflictError)
    assert error.conflicts == (FieldConflict(".spec.replicas", manager),)


def test_other_conflicts_are_none_of_fields() -> None:
    for body in (conflict(), conflict({"reason": "Other", "field": ".x"})):
        error = error_of(409, body, "patch Deployment/web")
        assert type(error) is ConflictError
