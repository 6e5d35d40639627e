"""``imageSpec:``, applied to the configuration of an image. Pure.

Variables of the image below are filled into those that are added. Ports are those that are named,
if any are. A pattern between slashes has to match the whole name. Source: werf's stage imageSpec.
werfish's own labels stay: stages and clean-up are known by them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from stages.settings import Healthcheck, ImageSettings
from werfish.build.runtime import expanded
from werfish.dockerfile.directives import ports_of
from werfish.errors import BuildError
from werfish.oci.config import ImageConfig
from werfish.oci.labels import PREFIX

_SECOND = 10**9


def configured(
    config: ImageConfig, settings: ImageSettings, *, project: str, image: str
) -> ImageConfig:
    """Return *config* with *settings*: what is removed goes first, then comes what is set.

    In labels ``%project%`` and ``%image%`` stand for the names *project* and *image*. `BuildError`
    where a variable cannot be filled in.
    """
    runtime = dict(config.runtime)
    _clear(runtime, settings)
    _change_labels(runtime, settings, {"%project%": project, "%image%": image})
    _change_environment(runtime, settings, image)
    _change_keys(runtime, "Volumes", settings.volumes, settings.remove_volumes)
    if settings.expose:
        ports = [port for one in settings.expose if one for port in ports_of(one)]
        runtime["ExposedPorts"] = {port: {} for port in ports}
    _set(runtime, settings)
    return replace(
        config,
        runtime=runtime,
        author=config.author if settings.author is None else settings.author,
        history=() if settings.clear_history else config.history,
    )


def _clear(runtime: dict[str, Any], settings: ImageSettings) -> None:
    for key, is_cleared in (
        ("Cmd", settings.clear_cmd),
        ("Entrypoint", settings.clear_entrypoint),
        ("User", settings.clear_user),
        ("WorkingDir", settings.clear_working_dir),
    ):
        if is_cleared:
            runtime.pop(key, None)


def _set(runtime: dict[str, Any], settings: ImageSettings) -> None:
    if settings.entrypoint:
        runtime["Entrypoint"] = list(settings.entrypoint)
        if not settings.cmd and not settings.clear_cmd:
            runtime.pop("Cmd", None)
    found: dict[str, Any] = {
        "Cmd": list(settings.cmd),
        "StopSignal": settings.stop_signal,
        "User": settings.user,
        "WorkingDir": settings.working_dir,
    }
    runtime.update({key: value for key, value in found.items() if value})
    if settings.healthcheck is not None:
        runtime["Healthcheck"] = _health(settings.healthcheck)


def _change_labels(
    runtime: dict[str, Any], settings: ImageSettings, names: Mapping[str, str]
) -> None:
    is_removed = _matcher(settings.remove_labels)
    kept = {
        name: value
        for name, value in (runtime.get("Labels") or {}).items()
        if name.startswith(PREFIX) or not is_removed(name)
    }
    runtime["Labels"] = kept | {
        _replaced(name, names): _replaced(value, names) for name, value in settings.labels
    }


def _change_environment(runtime: dict[str, Any], settings: ImageSettings, image: str) -> None:
    is_removed = _matcher(settings.remove_env)
    pairs = (str(entry).partition("=") for entry in runtime.get("Env") or ())
    below = {name: value for name, _, value in pairs}
    kept = {name: value for name, value in below.items() if not is_removed(name)}
    try:
        kept |= {name: expanded(value, below) for name, value in settings.env}
    except BuildError as error:
        raise BuildError(f'image "{image or "~"}": imageSpec.config.env: {error}') from error
    runtime["Env"] = [f"{name}={value}" for name, value in kept.items()]


def _change_keys(
    runtime: dict[str, Any], key: str, added: Sequence[str], removed: Sequence[str]
) -> None:
    known = runtime.get(key) or {}
    kept: dict[str, dict[str, Any]] = {name: {} for name in known if name not in removed}
    if known or added:
        runtime[key] = kept | {name: {} for name in added}


def _health(check: Healthcheck) -> dict[str, Any]:
    test = list(check.test)
    if test and test[0] not in ("NONE", "CMD", "CMD-SHELL"):
        test = ["CMD-SHELL", *test] if len(test) == 1 else ["CMD", *test]
    found = {
        "Test": test,
        "Interval": check.interval * _SECOND,
        "Timeout": check.timeout * _SECOND,
        "StartPeriod": check.start_period * _SECOND,
        "Retries": check.retries,
    }
    return {key: value for key, value in found.items() if value}


def _replaced(text: str, names: Mapping[str, str]) -> str:
    for word, name in names.items():
        text = text.replace(word, name)
    return text


def _matcher(wanted: Sequence[str]) -> Callable[[str], bool]:
    """Return what tells whether a name is one of *wanted*, or matches one between slashes."""
    if not wanted:
        return lambda _: False
    from werfish.gotemplate.sprig.re2.matching import compiled

    names = {text for text in wanted if not _is_pattern(text)}
    patterns = [compiled(f"^{text[1:-1]}$").compiled for text in wanted if _is_pattern(text)]
    return lambda name: name in names or any(one.search(name) for one in patterns)


def _is_pattern(text: str) -> bool:
    return len(text) > 1 and text.startswith("/") and text.endswith("/")
