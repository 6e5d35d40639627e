"""``.Commit`` of a configuration's templates: werf 2's map, or what says that there is none."""

from typing import Any, ClassVar

from werfish.git.refs import Commit
from werfish.gotemplate.errors import GoError
from werfish.gotemplate.signatures import function
from werfish.gotemplate.types import GoType, type_named
from werfish.gotemplate.values import MISSING, Map


def commit_data(commit: Commit | None) -> Any:
    """Return what templates are told of *commit*; without one, only asking is an error."""
    if commit is None:
        return NoCommit()
    date = Map("map[string]string", {"Human": commit.date, "Unix": str(commit.committed_at)})
    return {"Hash": commit.id, "Date": date}


class NoCommit:
    """``.Commit`` where the project is in no git repository."""

    go_type: ClassVar[GoType] = type_named("git.Commit")

    def member(self, name: str) -> Any:
        """Return a method that fails, for each name that a commit has."""
        return function(_refuse) if name in ("Hash", "Date") else MISSING


def _refuse() -> str:
    raise GoError("the project is in no git repository with a commit")
