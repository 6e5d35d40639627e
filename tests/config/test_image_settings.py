"""The configuration of the finished image, in werf 2's words."""

import pytest

from stages.settings import Healthcheck, ImageSettings
from tests.config.reading import dockerfile, stapel, table, told
from werfish.config.image_settings import COMMON_SETTINGS, SETTINGS, image_settings_of


def read(text: str) -> ImageSettings | None:
    assert told(text, SETTINGS) == []
    return image_settings_of(table(f"imageSpec: {text}"))


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("{}", ImageSettings()),
        ("{config: ~}", ImageSettings()),
        ("{author: ''}", ImageSettings(author="")),
        ("{author: ~}", ImageSettings()),
        ("{clearHistory: yes}", ImageSettings(clear_history=True)),
        ("{config: {cmd: a b}}", ImageSettings(cmd=("a b",))),
        ("{config: {cmd: [a, 1]}}", ImageSettings(cmd=("a", "1"))),
        ("{config: {env: {A: 1, B: ~}}}", ImageSettings(env=(("A", "1"), ("B", "")))),
        ("{config: {workingDir: /a//b/.}}", ImageSettings(working_dir="/a/b")),
        ("{config: {removeEnv: /^A/}}", ImageSettings(remove_env=("/^A/",))),
        ("{config: {clearCmd: true, clearUser: false}}", ImageSettings(clear_cmd=True)),
        ("{config: {clearWerfLabels: true}}", ImageSettings(clear_werf_labels=True)),
        ("{config: {healthcheck: {}}}", ImageSettings(healthcheck=Healthcheck())),
    ],
)
def test_settings(text: str, settings: ImageSettings) -> None:
    assert read(text) == settings


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("30", 30), ("0", 0), ("30s", 30), ("1m30s", 90), ("1.5h", 5400), ("2000ms", 2), ("0s", 0)],
)
def test_times_in_seconds(written: str, seconds: int) -> None:
    found = read(f"{{config: {{healthcheck: {{interval: {written}}}}}}}")
    assert found is not None
    assert found.healthcheck == Healthcheck(interval=seconds)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("500ms", '"500ms" is no whole number of seconds'),
        ("1.5s", '"1.5s" is no whole number of seconds'),
        ("-5s", '"-5s" is less than 0'),
        ("5 s", '"5 s" is not a length of time; write one such as 168h or 1h30m'),
        ("-1", '"-1" is not a length of time; write one such as 168h or 1h30m'),
        ("9999999999999999h", "is not a length of time"),
    ],
)
def test_times_that_are_none(written: str, problem: str) -> None:
    (found,) = told(f"{{config: {{healthcheck: {{timeout: {written}}}}}}}", SETTINGS)
    assert problem in found


@pytest.mark.parametrize(
    ("key", "clear", "value"),
    [
        ("cmd", "clearCmd", "[a]"),
        ("entrypoint", "clearEntrypoint", "a"),
        ("user", "clearUser", "a"),
        ("workingDir", "clearWorkingDir", "/a"),
    ],
)
def test_what_is_set_is_not_cleared(key: str, clear: str, value: str) -> None:
    text = f"{{config: {{{key}: {value}, {clear}: true}}}}"
    assert told(text, SETTINGS) == [f'config.{key}: it excludes "{clear}"; keep one of them']
    assert told(text.replace("true", "false"), SETTINGS) == []


def test_the_project_has_labels_only() -> None:
    assert told("{author: a, config: {labels: {a: b}, removeLabels: [c]}}", COMMON_SETTINGS) == []
    (problem,) = told("{config: {cmd: a}}", COMMON_SETTINGS)
    assert problem.startswith('config: unknown key "cmd"; allowed are labels')


def test_settings_of_the_project_reach_every_image_and_no_artifact() -> None:
    keys = "build: {imageSpec: {author: me}}"
    expected = ImageSettings(author="me")
    assert stapel("", keys).settings == dockerfile("", keys).settings == expected
    assert stapel("---\nartifact: b\nfrom: c", keys).settings == expected


def test_no_settings_are_none() -> None:
    assert stapel("").settings is None
    assert stapel("imageSpec: ~").settings is None
    assert stapel("imageSpec: {}").settings == ImageSettings()
