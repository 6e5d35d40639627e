"""Fields that Kubernetes does not let change. Pure."""

import re

from werfish.errors import DeployError
from werfish.kube.errors import InvalidError
from werfish.kube.resource import ResourceId

DELETE_POLICY = "werf.io/delete-policy"
_WORDS = re.compile(
    "immutable|cannot change roleRef|may not change once set|may not be changed in an update"
    "|fields other than|updates to .* are forbidden"
)


class ImmutableFieldError(DeployError):
    """The chart changes a field that Kubernetes does not let change."""

    def __init__(self, id: ResourceId, problem: str) -> None:
        """Name the object and the server's own words."""
        super().__init__(
            f"update {id}: it cannot be changed in place: {problem}",
            hint="give it another name, or have it deleted and created anew at each such change "
            f'with the annotation "{DELETE_POLICY}: before-creation-if-immutable"',
        )
        self.id = id


def is_immutable(error: InvalidError) -> bool:
    """Tell whether the server refused to change a field of an object that exists."""
    return error.status == 422 and bool(_WORDS.search(error.problem))
