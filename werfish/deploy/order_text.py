"""The order of a plan for people: what waits for what. Pure; where nothing waits there is none."""

from collections.abc import Iterator, Sequence

from werfish.deploy.order import Need
from werfish.deploy.plan import Plan, Stage

_SHOWN = 4


def awaited_text(stage: Stage) -> str:
    """Return what *stage* waits for, empty where it begins at once: ``Job/a is ready``."""
    groups: dict[str, list[Need]] = {}
    for need in stage.awaits:
        groups.setdefault(f"{need.state} ({need.why})", []).append(need)
    return ", ".join(
        f"{listed([str(need.on) for need in needs])} {'is' if len(needs) == 1 else 'are'} {what}"
        for what, needs in groups.items()
    )


def order_lines(plan: Plan) -> Iterator[str]:
    """Yield a line for each time that *plan* waits, with what is done then."""
    stages = list(plan.stages())
    for place, stage in enumerate(stages):
        if awaited := awaited_text(stage):
            yield f"when {awaited}: {listed(_until_next(stages[place:]))}"


def listed(names: Sequence[str]) -> str:
    """Return the first of *names*, and how many more there are."""
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _until_next(stages: Sequence[Stage]) -> list[str]:
    """Return what is done from the first stage until another one waits."""
    names: list[str] = []
    for place, stage in enumerate(stages):
        if place and stage.awaits:
            break
        names += [str(change.id) for change in stage.changes]
    return names
