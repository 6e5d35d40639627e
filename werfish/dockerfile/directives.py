"""The values of single directives, as a Dockerfile has them: ports and health checks. Pure.

What is wrong with one is a ValueError that says so, and how to write it.
"""

import re
from typing import Any

_PORTS = re.compile(r"(\d+)(?:-(\d+))?(?:/(tcp|udp|sctp))?", re.IGNORECASE)
_LAST_PORT = 65535
_DURATION = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|ms|s|m|h)")
_NANOSECONDS = {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_HEALTH_DURATIONS = {
    "interval": "Interval",
    "timeout": "Timeout",
    "start-period": "StartPeriod",
    "start-interval": "StartInterval",
}


def ports_of(text: str) -> tuple[str, ...]:
    """Return each port that *text*, the value of EXPOSE, stands for, with its protocol.

    >>> ports_of("80 53/udp 8000-8001")
    ('80/tcp', '53/udp', '8000/tcp', '8001/tcp')
    """
    words = text.split()
    if not words:
        raise ValueError("it is empty")
    return tuple(port for word in words for port in _ports_of_word(word))


def _ports_of_word(word: str) -> list[str]:
    found = _PORTS.fullmatch(word)
    if not found:
        raise ValueError(f'"{word}" is not a port; write 8080, 8080/udp or 8000-8010')
    first, last, protocol = found.groups()
    numbers = range(int(first), int(last or first) + 1)
    if not numbers or not 0 < numbers[0] <= numbers[-1] <= _LAST_PORT:
        raise ValueError(
            f'"{word}" is not a port: ports are 1 to {_LAST_PORT}, the lower one first'
        )
    return [f"{number}/{(protocol or 'tcp').lower()}" for number in numbers]


def health_of(text: str) -> dict[str, Any]:
    """Return the health check that *text*, the value of HEALTHCHECK, describes, as in OCI."""
    words = text.split()
    check: dict[str, Any] = {}
    while words and words[0].startswith("--"):
        name, _, value = words.pop(0)[2:].partition("=")
        if name in _HEALTH_DURATIONS:
            check[_HEALTH_DURATIONS[name]] = _nanoseconds(value)
        elif name == "retries" and value.isdigit():
            check["Retries"] = int(value)
        elif name == "retries":
            raise ValueError(f'"{value}" is not a number of retries; write one such as --retries=3')
        else:
            known = ", ".join(f"--{one}" for one in (*_HEALTH_DURATIONS, "retries"))
            raise ValueError(f'unknown option "--{name}"; there are {known}')
    kind = words.pop(0).upper() if words else ""
    if kind == "NONE":
        return {"Test": ["NONE"]}
    if kind != "CMD" or not words:
        raise ValueError(f'no command in "{text}"; write NONE, or CMD and the command')
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
    if text == "0":
        return 0
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f'"{text}" is not a duration; write 30s or 1m30s')
    return int(sum(float(number) * _NANOSECONDS[unit] for number, unit in parts))
