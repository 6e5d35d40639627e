r"""The ``docker:`` directives, applied to a configuration as a Dockerfile's would be. Pure.

Values are taken as they stand in the configuration, with variables of the image's environment
expanded (``$NAME``, ``${NAME:-word}``; ``\$`` is a dollar sign); quotes are part of the value.
"""

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from stages.image import RuntimeSettings
from werfish.errors import BuildError

_SHELL = ["/bin/sh", "-c"]
_PORTS = re.compile(r"(\d+)(?:-(\d+))?(?:/(tcp|udp|sctp))?")
_LAST_PORT = 65535
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)")
_NANOSECONDS = {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_HEALTH_DURATIONS = {
    "interval": "Interval",
    "timeout": "Timeout",
    "start-period": "StartPeriod",
    "start-interval": "StartInterval",
}


def runtime_of(base: Mapping[str, Any], settings: RuntimeSettings) -> dict[str, Any]:
    """Return the ``config`` object *base* with *settings*; a wrong value is a `BuildError`."""
    runtime = dict(base)
    environment = _environment(base)
    for name, value in settings.env:
        environment[name] = _expanded(value, environment)
    runtime["Env"] = [f"{name}={value}" for name, value in environment.items()]
    labels = {name: _expanded(value, environment) for name, value in settings.labels}
    runtime["Labels"] = {**(base.get("Labels") or {}), **labels}
    _merge_keys(runtime, "Volumes", [_expanded(path, environment) for path in settings.volumes])
    ports = [port for text in settings.expose for port in _ports(_expanded(text, environment))]
    _merge_keys(runtime, "ExposedPorts", ports)
    if settings.entrypoint is not None:
        runtime["Entrypoint"] = _command(settings.entrypoint)
    if settings.cmd is not None:
        runtime["Cmd"] = _command(settings.cmd)
    if settings.workdir is not None:
        below = runtime.get("WorkingDir") or "/"
        runtime["WorkingDir"] = posixpath.normpath(
            posixpath.join(below, _expanded(settings.workdir, environment))
        )
    if settings.user is not None:
        runtime["User"] = _expanded(settings.user, environment)
    if settings.healthcheck is not None:
        runtime["Healthcheck"] = _healthcheck(settings.healthcheck)
    return runtime


def _environment(base: Mapping[str, Any]) -> dict[str, str]:
    pairs = (str(entry).partition("=") for entry in base.get("Env") or ())
    return {name: value for name, _, value in pairs}


def _expanded(text: str, environment: Mapping[str, str]) -> str:
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


def _merge_keys(runtime: dict[str, Any], key: str, names: list[str]) -> None:
    if names:
        runtime[key] = {**(runtime.get(key) or {}), **{name: {} for name in names}}


def _command(command: tuple[str, ...] | str) -> list[str]:
    return [*_SHELL, command] if isinstance(command, str) else list(command)


def _ports(text: str) -> list[str]:
    found = _PORTS.fullmatch(text.strip())
    if not found:
        raise BuildError(
            f'read EXPOSE "{text}": not a port', hint="write 8080, 8080/udp or 8000-8010"
        )
    first, last, protocol = found.groups()
    numbers = range(int(first), int(last or first) + 1)
    if not numbers or not 0 < numbers[0] <= numbers[-1] <= _LAST_PORT:
        raise BuildError(f'read EXPOSE "{text}": ports are 1 to {_LAST_PORT}, the lower one first')
    return [f"{number}/{protocol or 'tcp'}" for number in numbers]


def _healthcheck(text: str) -> dict[str, Any]:
    words = text.split()
    check: dict[str, Any] = {}
    while words and words[0].startswith("--"):
        name, _, value = words.pop(0)[2:].partition("=")
        if name in _HEALTH_DURATIONS:
            check[_HEALTH_DURATIONS[name]] = _nanoseconds(value)
        elif name == "retries" and value.isdigit():
            check["Retries"] = int(value)
        else:
            raise BuildError(f'read HEALTHCHECK "{text}": unknown option "--{name}"')
    kind = words.pop(0).upper() if words else ""
    if kind == "NONE":
        return {"Test": ["NONE"]}
    if kind != "CMD" or not words:
        raise BuildError(
            f'read HEALTHCHECK "{text}": no command', hint="write NONE, or CMD and the command"
        )
    return {**check, "Test": _health_test(text)}


def _health_test(text: str) -> list[str]:
    command = re.split(r"(?:^|\s)CMD\s+", text, maxsplit=1, flags=re.IGNORECASE)[1]
    if command.startswith("["):
        import json

        try:
            return ["CMD", *(str(word) for word in json.loads(command))]
        except ValueError:
            pass
    return ["CMD-SHELL", command]


def _nanoseconds(text: str) -> int:
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise BuildError(f'read HEALTHCHECK: "{text}" is not a duration', hint="write 30s or 1m30s")
    return int(sum(float(number) * _NANOSECONDS[unit] for number, unit in parts))
