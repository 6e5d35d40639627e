"""Which published images stay."""

import pytest

from tests.config.reading import table, told
from werfish.config.cleanup import CLEANUP, cleanup_settings_of
from werfish.config.model import CleanupSettings, KeepPolicy, Limit, References


def read(text: str) -> CleanupSettings:
    assert told(text, CLEANUP) == []
    return cleanup_settings_of(table(f"cleanup: {text}"))


def test_nothing_said() -> None:
    assert read("{}") == CleanupSettings()
    assert cleanup_settings_of(table("project: a")) == CleanupSettings()


@pytest.mark.parametrize(
    ("written", "limit"),
    [
        ("{}", Limit()),
        ("{last: 3}", Limit(last=3)),
        ("{last: -1}", Limit(last=-1)),
        ("{last: 0}", Limit(last=0)),
        ("{last: +3}", Limit(last=3)),
        ("{last: 3.0}", Limit(last=3)),
        ("{last: 3, operator: And}", Limit(last=3)),
        ("{in: 168h}", Limit(within=604_800.0)),
        ("{in: 1h30m}", Limit(within=5400.0)),
        ("{in: 1.5s}", Limit(within=1.5)),
        ("{in: 0}", Limit(within=0.0)),
        ("{last: 3, in: 1h}", Limit(3, 3600.0)),
        ("{last: 3, in: 1h, operator: And}", Limit(3, 3600.0)),
        ("{last: 3, in: 1h, operator: Or}", Limit(3, 3600.0, needs_both=False)),
    ],
)
def test_limits(written: str, limit: Limit) -> None:
    text = f"{{keepPolicies: [{{references: {{branch: a, limit: {written}}}}}]}}"
    assert read(text).keep_policies == (KeepPolicy(References(branch="a", limit=limit)),)


def test_a_policy() -> None:
    text = "{keepPolicies: [{references: {tag: /v.*/}, imagesPerReference: {last: 1}}]}"
    assert read(text).keep_policies == (KeepPolicy(References(tag="/v.*/"), Limit(last=1)),)


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("{disable: true}", CleanupSettings(is_disabled=True)),
        ("{disableKubernetesBasedPolicy: true}", CleanupSettings(ignores_clusters=True)),
        ("{disableGitHistoryBasedPolicy: true}", CleanupSettings(ignores_git=True)),
        ("{disableBuiltWithinLastNHoursPolicy: true}", CleanupSettings(built_within_hours=0)),
        ("{keepImagesBuiltWithinLastNHours: 12}", CleanupSettings(built_within_hours=12)),
        ("{keepImagesBuiltWithinLastNHours: 0}", CleanupSettings(built_within_hours=0)),
    ],
)
def test_settings_of_werf_2(text: str, settings: CleanupSettings) -> None:
    assert read(text) == settings


def test_zero_hours_are_zero_and_not_the_default() -> None:
    assert read("{keepImagesBuiltWithinLastNHours: 0}").built_within_hours == 0


@pytest.mark.parametrize(
    ("references", "problem"),
    [
        ("{}", ': "branch" or "tag" is missing'),
        ("{branch: a, tag: b}", '.tag: it excludes "branch"; keep one of them'),
        ("{branch: ''}", ".branch: it is empty"),
        ("{branch: /(/}", '.branch: "/(/" is not a regular expression: missing closing ): ('),
        (
            "{tag: '/(?=a)/'}",
            '.tag: "/(?=a)/" is not a regular expression: invalid or unsupported Perl syntax: (?=',
        ),
        (
            "{branch: /main}",
            '.branch: "/main" has a slash at one end only; write /main/ or take it off',
        ),
        ("{branch: a, limit: {last: x}}", '.limit.last: a whole number is expected, not "x"'),
        ("{branch: a, limit: {last: 1.5}}", '.limit.last: a whole number is expected, not "1.5"'),
        ("{branch: a, limit: {last: 010}}", '.limit.last: a whole number is expected, not "010"'),
        (
            "{branch: a, limit: {in: 7d}}",
            '.limit.in: "7d" is not a length of time; write one such as 168h or 1h30m',
        ),
    ],
)
def test_references_that_are_wrong(references: str, problem: str) -> None:
    text = f"{{keepPolicies: [{{references: {references}}}]}}"
    assert told(text, CLEANUP) == [f"keepPolicies[0].references{problem}"]


def test_a_policy_without_references() -> None:
    assert told("{keepPolicies: [{}]}", CLEANUP) == ['keepPolicies[0]: "references" is missing']
