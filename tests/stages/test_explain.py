"""Reasons in the user's words."""

import pytest

from stages import Part, Stage, StageName, digest_of, explain

FILE = Part("file", "package.json", "1")


def _stage(name: StageName, parts: list[Part]) -> Stage:
    return Stage(name, digest_of(name, parts), tuple(parts))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        pytest.param(None, [FILE], "install: never built before", id="new"),
        pytest.param(
            [FILE],
            [Part("file", "package.json", "2")],
            "install: file package.json changed",
            id="file",
        ),
        pytest.param(
            None,
            [Part("changed", "a", "x removed"), Part("changed", "b", "x 100644 1")],
            "install: file a removed, file b changed",
            id="first-patch",
        ),
        pytest.param([], [FILE], "install: file package.json added", id="added"),
        pytest.param([FILE], [], "install: file package.json removed", id="removed"),
        pytest.param(
            [Part("command", "1", "a")],
            [Part("command", "1", "b")],
            "install: command 1 changed",
            id="command",
        ),
        pytest.param(
            [Part("previous", "gitArchive", "1")],
            [Part("previous", "gitArchive", "2")],
            "install: the stage before it, gitArchive, was built again",
            id="previous",
        ),
        pytest.param(
            [FILE, Part("previous", "gitArchive", "1")],
            [Part("file", "package.json", "2"), Part("previous", "gitArchive", "2")],
            "install: file package.json changed",
            id="own-reasons-come-first",
        ),
        pytest.param(
            [],
            [Part("file", str(number), "") for number in range(5)],
            "install: file 0 added, file 1 added, file 2 added and 2 more",
            id="many",
        ),
        pytest.param(
            [
                Part("importedImage", "x", "1"),
                Part("import", "x", ""),
                Part("importPaths", "x", ""),
            ],
            [
                Part("importedImage", "y", "1"),
                Part("import", "y", ""),
                Part("importPaths", "y", ""),
            ],
            "install: import y added, import x removed",
            id="another-import",
        ),
        pytest.param(
            [
                Part("importedImage", "x", "1"),
                Part("import", "x", ""),
                Part("importPaths", "x", ""),
            ],
            [
                Part("importedImage", "x", "2"),
                Part("import", "x", ""),
                Part("importPaths", "x", "a"),
            ],
            "install: what is imported, x, changed, import x: paths changed",
            id="import",
        ),
        pytest.param(
            [FILE],
            [FILE],
            "install: nothing changed, but the storage holds none that fits this commit",
            id="nothing",
        ),
    ],
)
def test_reasons(before: list[Part] | None, after: list[Part], said: str) -> None:
    assert explain(_stage(StageName.INSTALL, after), before) == said


def test_a_stage_that_was_removed_or_is_in_another_storage() -> None:
    """Without git content there is no history that could stand in the way."""
    said = explain(_stage(StageName.FROM, [FILE]), [FILE])
    assert said == "from: nothing changed, but the storage does not have it"


def test_a_file_of_a_patch_that_is_gone_now_was_removed() -> None:
    before = [Part("changed", "x", "/ -> /app 100644 aa")]
    after = [Part("changed", "x", "/ -> /app removed")]
    said = explain(_stage(StageName.GIT_LATEST_PATCH, after), before)
    assert said == "gitLatestPatch: file x removed"
