"""``.dockerignore``: which files of a context the builder does not get.

The rules are those of moby's patternmatcher; its reader of files takes comments away first.
"""

from collections.abc import Callable


def ignored_by(text: str) -> Callable[[str], bool]:
    """Return whether a path is ignored by the patterns of *text*; ValueError for a wrong one.

    Paths are of files, relative to the context. A folder that is ignored as a whole is judged once.
    """
    from e2b_dockerfile_utils import PatternMatcher

    matcher = PatternMatcher(text.removeprefix("\ufeff").splitlines())
    if not matcher.patterns:
        return lambda _: False
    folders: dict[str, bool] = {"": False}

    def is_folder_out(folder: str) -> bool:
        if folder not in folders:
            folders[folder] = is_folder_out(folder.rpartition("/")[0]) or (
                matcher.matches(folder) and not matcher.may_match_under(folder)
            )
        return folders[folder]

    return lambda path: is_folder_out(path.rpartition("/")[0]) or matcher.matches(path)
