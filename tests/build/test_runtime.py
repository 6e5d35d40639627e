"""The docker directives, applied as a Dockerfile's would be."""

from typing import Any

import pytest

from stages.image import RuntimeSettings
from werfish.build.runtime import runtime_of
from werfish.errors import BuildError

BASE: dict[str, Any] = {
    "Env": ["PATH=/usr/bin", "HOME=/root"],
    "Cmd": ["sh"],
    "Entrypoint": ["/init"],
    "WorkingDir": "/srv",
    "Labels": {"a": "1"},
}


@pytest.mark.parametrize(
    ("settings", "key", "value"),
    [
        pytest.param(RuntimeSettings(), "Cmd", ["sh"], id="what-is-not-given-stays"),
        pytest.param(RuntimeSettings(cmd="a b"), "Cmd", ["/bin/sh", "-c", "a b"], id="shell-form"),
        pytest.param(RuntimeSettings(cmd=("a", "b")), "Cmd", ["a", "b"], id="exec-form"),
        pytest.param(RuntimeSettings(cmd=()), "Cmd", [], id="empty-command"),
        pytest.param(RuntimeSettings(entrypoint=("x",)), "Entrypoint", ["x"], id="entrypoint"),
        pytest.param(
            RuntimeSettings(env=(("PATH", "/app:$PATH"), ("X", "${NOPE:-d} ${HOME}"))),
            "Env",
            ["PATH=/app:/usr/bin", "HOME=/root", "X=d /root"],
            id="variables-are-expanded",
        ),
        pytest.param(
            RuntimeSettings(env=(("J", '{"a": "it\'s"}'),)),
            "Env",
            ["PATH=/usr/bin", "HOME=/root", 'J={"a": "it\'s"}'],
            id="quotes-are-part-of-the-value",
        ),
        pytest.param(
            RuntimeSettings(env=(("V", "\"$HOME\" 'x'"),)),
            "Env",
            ["PATH=/usr/bin", "HOME=/root", "V=\"/root\" 'x'"],
            id="quotes-stay-beside-variables",
        ),
        pytest.param(
            RuntimeSettings(env=(("X", r"\$HOME is $HOME"),)),
            "Env",
            ["PATH=/usr/bin", "HOME=/root", "X=$HOME is /root"],
            id="a-dollar-sign-of-its-own",
        ),
        pytest.param(RuntimeSettings(workdir="app"), "WorkingDir", "/srv/app", id="relative"),
        pytest.param(RuntimeSettings(workdir="/app/"), "WorkingDir", "/app", id="absolute"),
        pytest.param(RuntimeSettings(user="www"), "User", "www", id="user"),
        pytest.param(RuntimeSettings(labels=(("b", "2"),)), "Labels", {"a": "1", "b": "2"}, id="l"),
        pytest.param(
            RuntimeSettings(expose=("80 53/udp", "90-91")),
            "ExposedPorts",
            {"80/tcp": {}, "53/udp": {}, "90/tcp": {}, "91/tcp": {}},
            id="ports",
        ),
        pytest.param(RuntimeSettings(volumes=("/data",)), "Volumes", {"/data": {}}, id="volumes"),
        pytest.param(
            RuntimeSettings(healthcheck="NONE"), "Healthcheck", {"Test": ["NONE"]}, id="no-health"
        ),
        pytest.param(
            RuntimeSettings(healthcheck="--interval=1m30s --retries=2 CMD curl -f localhost"),
            "Healthcheck",
            {"Interval": 90 * 10**9, "Retries": 2, "Test": ["CMD-SHELL", "curl -f localhost"]},
            id="health",
        ),
        pytest.param(
            RuntimeSettings(healthcheck='CMD ["a", "b"]'),
            "Healthcheck",
            {"Test": ["CMD", "a", "b"]},
            id="health-exec",
        ),
    ],
)
def test_directives(settings: RuntimeSettings, key: str, value: object) -> None:
    assert runtime_of(BASE, settings)[key] == value


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (RuntimeSettings(expose=("web",)), 'read EXPOSE: "web" is not a port'),
        (RuntimeSettings(expose=("70000",)), '"70000" is not a port: ports are 1 to 65535'),
        (RuntimeSettings(expose=("90-80",)), '"90-80" is not a port: ports are 1 to 65535'),
        (RuntimeSettings(healthcheck="curl x"), "no command"),
        (RuntimeSettings(healthcheck="--interval=soon CMD x"), '"soon" is not a duration'),
        (RuntimeSettings(healthcheck="--colour=red CMD x"), 'unknown option "--colour"'),
        (RuntimeSettings(healthcheck="--retries=x CMD x"), '"x" is not a number of retries'),
        (RuntimeSettings(env=(("X", "${A"),)), "expand the variables"),
    ],
)
def test_wrong_values_are_named(settings: RuntimeSettings, said: str) -> None:
    with pytest.raises(BuildError, match=said.replace("$", r"\$")):
        runtime_of(BASE, settings)
