"""``imageSpec:`` of an image, and of the project for all images."""

import posixpath
from collections.abc import Iterator

from stages.settings import Healthcheck, ImageSettings
from werfish.config import rules
from werfish.config.nodes import (
    Table,
    flag_of,
    number_of,
    pairs_of,
    table_of,
    text_of,
    texts_of,
    value_of,
)
from werfish.config.schema import Finding, Key, Section, Shape

_LABELS = (
    Key("labels", Shape.PAIRS, rule=rules.variable_name, summary="Labels to add."),
    Key(
        "removeLabels",
        Shape.TEXTS,
        rule=rules.name_or_pattern,
        summary="Labels to remove, by name or /REGEXP/.",
    ),
    Key("keepEssentialWerfLabels", Shape.FLAG, summary="Keep the labels that clean-up needs."),
    Key("clearWerfLabels", Shape.FLAG, summary="Known, and without effect, as in werf 2."),
)
_HEALTHCHECK = Section(
    (
        Key("test", Shape.TEXTS, summary="The command: [CMD, ...], [CMD-SHELL, ...] or [NONE]."),
        Key("interval", rule=rules.seconds, summary="Seconds between two tests."),
        Key("timeout", rule=rules.seconds, summary="Seconds after which a test has failed."),
        Key("startPeriod", rule=rules.seconds, summary="Seconds at first that do not count."),
        Key("retries", Shape.NUMBER, rule=rules.not_negative, summary="Failures in a row."),
    )
)


def _judged(config: Table) -> Iterator[Finding]:
    for set_key, clear_key in (
        ("cmd", "clearCmd"),
        ("entrypoint", "clearEntrypoint"),
        ("user", "clearUser"),
        ("workingDir", "clearWorkingDir"),
    ):
        given = value_of(config, set_key)
        if given is not None and flag_of(config, clear_key, default=False):
            yield Finding(given, set_key, f'it excludes "{clear_key}"; keep one of them')


_CONFIG = Section(
    (
        Key("cmd", Shape.TEXTS, summary="CMD."),
        Key("entrypoint", Shape.TEXTS, summary="ENTRYPOINT."),
        Key("env", Shape.PAIRS, rule=rules.variable_name, summary="Variables to add."),
        Key(
            "expose", Shape.TEXTS, rule=rules.named_ports, summary="The ports to expose: no others."
        ),
        Key("healthcheck", Shape.SECTION, _HEALTHCHECK, summary="How health is tested."),
        *_LABELS,
        Key("stopSignal", summary="STOPSIGNAL."),
        Key("user", summary="USER."),
        Key("volumes", Shape.TEXTS, summary="Volumes to add."),
        Key("workingDir", summary="WORKDIR."),
        Key(
            "removeEnv",
            Shape.TEXTS,
            rule=rules.name_or_pattern,
            summary="Variables to remove, by name or /REGEXP/.",
        ),
        Key("removeVolumes", Shape.TEXTS, summary="Volumes to remove."),
        Key("clearCmd", Shape.FLAG, summary="Remove CMD."),
        Key("clearEntrypoint", Shape.FLAG, summary="Remove ENTRYPOINT."),
        Key("clearUser", Shape.FLAG, summary="Remove USER."),
        Key("clearWorkingDir", Shape.FLAG, summary="Remove WORKDIR."),
    ),
    judge=_judged,
)
_HEAD = (
    Key("author", summary="The author of the image."),
    Key("clearHistory", Shape.FLAG, summary="Remove the history of how it was built."),
)
SETTINGS = Section((*_HEAD, Key("config", Shape.SECTION, _CONFIG, summary="Its configuration.")))
COMMON_SETTINGS = Section(
    (*_HEAD, Key("config", Shape.SECTION, Section(_LABELS), summary="Their configuration."))
)


def image_settings_of(table: Table, key: str = "imageSpec") -> ImageSettings | None:
    """Return the settings at *key* of *table*, already checked; none where there are none."""
    found = value_of(table, key)
    if not isinstance(found, Table):
        return None
    config = table_of(found, "config")

    def is_set(name: str, of: Table = config) -> bool:
        return flag_of(of, name, default=False)

    return ImageSettings(
        author=text_of(found, "author") if value_of(found, "author") else None,
        clear_history=is_set("clearHistory", found),
        cmd=texts_of(config, "cmd"),
        entrypoint=texts_of(config, "entrypoint"),
        env=pairs_of(config, "env"),
        expose=texts_of(config, "expose") or (("",) if value_of(config, "expose") else ()),
        healthcheck=_healthcheck(config),
        labels=pairs_of(config, "labels"),
        stop_signal=text_of(config, "stopSignal"),
        user=text_of(config, "user"),
        volumes=texts_of(config, "volumes"),
        working_dir=_clean(text_of(config, "workingDir")),
        remove_env=texts_of(config, "removeEnv"),
        remove_labels=texts_of(config, "removeLabels"),
        remove_volumes=texts_of(config, "removeVolumes"),
        keep_essential_labels=is_set("keepEssentialWerfLabels"),
        clear_werf_labels=is_set("clearWerfLabels"),
        clear_cmd=is_set("clearCmd"),
        clear_entrypoint=is_set("clearEntrypoint"),
        clear_user=is_set("clearUser"),
        clear_working_dir=is_set("clearWorkingDir"),
    )


def _healthcheck(config: Table) -> Healthcheck | None:
    table = value_of(config, "healthcheck")
    if not isinstance(table, Table):
        return None
    return Healthcheck(
        test=texts_of(table, "test"),
        interval=_seconds(text_of(table, "interval")),
        timeout=_seconds(text_of(table, "timeout")),
        start_period=_seconds(text_of(table, "startPeriod")),
        retries=number_of(table, "retries") or 0,
    )


def _seconds(text: str) -> int:
    if not text or text.isdecimal():
        return int(text or 0)
    return (rules.nanoseconds(text) or 0) // 10**9


def _clean(path: str) -> str:
    return posixpath.normpath(path) if path else ""
