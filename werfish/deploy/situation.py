"""What is deployed at an event, and what its annotations say. Pure.

Everything that can be wrong in an annotation is found here, before anything is applied.
"""

from collections.abc import Mapping, Sequence

from stages.light_dataclass import dataclass
from werfish.deploy.changes import Action, Change
from werfish.deploy.dependencies import stated_of
from werfish.deploy.govern import governed
from werfish.deploy.hooks import check_events
from werfish.deploy.policies import Phase, Policies, policies_of
from werfish.helm.manifests import Hook, Rendered
from werfish.kube.resource import Resource, ResourceId
from werfish.track.annotations import tracking_options


@dataclass(frozen=True, slots=True)
class Situation:
    """The *changes* of *resources* at *event* (``install``, …), with the hooks around them."""

    resources: Sequence[Resource]
    changes: Sequence[Change]
    hooks: Sequence[Hook]
    policies: Mapping[ResourceId, Policies]
    event: str

    def phase(self, id: ResourceId) -> Phase | None:
        """Return when a resource is written, None where it is not at this event."""
        return self.policies[id].phase(self.event)

    def phases(self) -> dict[ResourceId, Phase]:
        """Return the phases of the resources that are there afterwards."""
        absent = {c.id for c in self.changes if c.action is Action.NONE and c.before is None}
        return {
            one.id: phase
            for one in self.resources
            if (phase := self.phase(one.id)) is not None and one.id not in absent
        }


def situation_of(rendered: Rendered, changes: Sequence[Change], event: str) -> Situation:
    """Return what *rendered* makes of *changes* at *event*; `AnnotationError` for a wrong value."""
    policies = {change.id: change.policies for change in changes}
    chosen = governed(changes, event)
    return Situation(rendered.resources, chosen, rendered.hooks, policies, event)


def check_annotations(rendered: Rendered) -> None:
    """Raise `AnnotationError` for a wrong value."""
    for one in (*rendered.resources, *(hook.resource for hook in rendered.hooks)):
        tracking_options(one)
        policies_of(one)
        stated_of(one)
    for hook in rendered.hooks:
        check_events(hook)
