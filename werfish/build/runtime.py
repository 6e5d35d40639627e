r"""The ``docker:`` directives, applied to a configuration as a Dockerfile's would be. Pure.

Values are taken as they stand in the configuration, with variables of the image's environment
expanded (``$NAME``, ``${NAME:-word}``; ``\$`` is a dollar sign); quotes are part of the value.
"""

import posixpath
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from stages.image import RuntimeSettings
from werfish.dockerfile.directives import health_of, ports_of
from werfish.errors import BuildError

_SHELL = ["/bin/sh", "-c"]


def runtime_of(base: Mapping[str, Any], settings: RuntimeSettings) -> dict[str, Any]:
    """Return the ``config`` object *base* with *settings*; a wrong value is a `BuildError`."""
    runtime = dict(base)
    environment = _environment(base)
    for name, value in settings.env:
        environment[name] = expanded(value, environment)
    runtime["Env"] = [f"{name}={value}" for name, value in environment.items()]
    labels = {name: expanded(value, environment) for name, value in settings.labels}
    runtime["Labels"] = {**(base.get("Labels") or {}), **labels}
    _merge_keys(runtime, "Volumes", [expanded(path, environment) for path in settings.volumes])
    for text in settings.expose:
        ports = _read("EXPOSE", ports_of, expanded(text, environment))
        _merge_keys(runtime, "ExposedPorts", ports)
    if settings.entrypoint is not None:
        runtime["Entrypoint"] = _command(settings.entrypoint)
    if settings.cmd is not None:
        runtime["Cmd"] = _command(settings.cmd)
    if settings.workdir is not None:
        below = runtime.get("WorkingDir") or "/"
        runtime["WorkingDir"] = posixpath.normpath(
            posixpath.join(below, expanded(settings.workdir, environment))
        )
    if settings.user is not None:
        runtime["User"] = expanded(settings.user, environment)
    if settings.healthcheck is not None:
        runtime["Healthcheck"] = _read("HEALTHCHECK", health_of, settings.healthcheck)
    return runtime


def _environment(base: Mapping[str, Any]) -> dict[str, str]:
    pairs = (str(entry).partition("=") for entry in base.get("Env") or ())
    return {name: value for name, _, value in pairs}


def expanded(text: str, environment: Mapping[str, str]) -> str:
    """Return *text* with the variables of *environment* filled in; `BuildError` if it cannot be."""
    if "$" not in text:
        return text
    from e2b_dockerfile_utils import ShellLex

    lexer = ShellLex(
        "\\", raw_escapes=True, skip_process_quotes=True, env=environment, skip_unset_env=False
    )
    try:
        return lexer.process_word(text).replace("\\$", "$")
    except ValueError as error:
        raise BuildError(f'expand the variables of "{text}": {error}') from error


def _merge_keys(runtime: dict[str, Any], key: str, names: Sequence[str]) -> None:
    if names:
        runtime[key] = {**(runtime.get(key) or {}), **{name: {} for name in names}}


def _command(command: tuple[str, ...] | str) -> list[str]:
    return [*_SHELL, command] if isinstance(command, str) else list(command)


_Value = TypeVar("_Value")


def _read(name: str, read: Callable[[str], _Value], text: str) -> _Value:
    try:
        return read(text)
    except ValueError as error:
        raise BuildError(f"read {name}: {error}") from error
