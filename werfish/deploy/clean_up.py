"""After a failure: what this run created goes again, where the user wants that.

What was there before stays as it is, and so do files of ``crds/``, hooks, and what is to be kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from werfish.deploy.adapters import DeployAdapters
from werfish.deploy.changes import removal
from werfish.deploy.execute import Executor
from werfish.deploy.owner import Owner
from werfish.deploy.plan import plan_of
from werfish.deploy.summary import show_plan
from werfish.errors import DeployError, TrackError, WerfishError


@contextmanager
def cleaned_up(executor: Executor, owner: Owner, by: DeployAdapters) -> Iterator[None]:
    """Delete what *executor* created where the block fails; the error leaves all the same."""
    try:
        yield
    except (DeployError, TrackError):
        try:
            _clean_up(executor, owner, by)
        except WerfishError as error:
            by.log.warning(f"what this run created could not be removed: {error}")
        raise


def _clean_up(executor: Executor, owner: Owner, by: DeployAdapters) -> None:
    created = tuple(executor.created)
    plan = plan_of(removal(resource.id, resource.manifest, owner) for resource in created)
    if not plan.steps():
        return
    with by.log.section("Removing what this run created", "Removed"):
        show_plan(plan, by.log)
        executor.remove(plan.removals)
