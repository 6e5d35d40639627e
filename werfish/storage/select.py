"""Which of several stages with one digest is used. Pure.

A stage with git content counts only if that content is in the history of the current commits: so an
unmerged branch never gets into another's images. Of those that count, the oldest is used, so that
everybody uses the same.
"""

from collections.abc import Callable, Iterable, Mapping

from werfish.storage.stored_stage import StoredStage

IsAncestor = Callable[[str, str, str], bool]
"""Whether, in a repository, the first commit is the second one or lies in the history of it."""


def select_stage(
    candidates: Iterable[StoredStage],
    commits: Mapping[str, str],
    is_ancestor: IsAncestor,
) -> StoredStage | None:
    """Return the stage to use, or ``None`` where none of *candidates* may be used.

    *commits* are the current ones, by repository. A candidate without commits always counts.
    """
    fitting = (stage for stage in candidates if _fits(stage, commits, is_ancestor))
    return min(fitting, key=lambda stage: (stage.saved, stage.reference), default=None)


def _fits(stage: StoredStage, commits: Mapping[str, str], is_ancestor: IsAncestor) -> bool:
    return all(
        repository in commits and is_ancestor(repository, commit, commits[repository])
        for repository, commit in stage.commits
    )
