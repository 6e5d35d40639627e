"""Errors of the stages; they carry data, and no exit codes, which belong to the program above."""


class StageError(Exception):
    """A chain of stages cannot be computed."""


class MissingPathError(StageError):
    """The path that a git mapping adds is not in the commit."""

    def __init__(
        self,
        image: str,
        path: str,
        commit: str,
        repository: str = "",
        line: int = 0,
        submodule: str = "",
    ) -> None:
        """Name the *image*, the *path* of the tree and the *commit* that lacks it.

        *repository* is another than the project's own; *line* is where the mapping stands in the
        configuration, 0 where that is unknown. It would be in *submodule*, where that is not
        checked out.
        """
        where = f" of {repository}" if repository else ""
        super().__init__(
            f'image "{image}": git path "{path}" is not in commit {commit[:12]}{where}'
        )
        self.image = image
        self.path = path
        self.commit = commit
        self.line = line
        self.submodule = submodule
