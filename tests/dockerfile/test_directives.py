"""The values of single directives."""

import pytest

from werfish.dockerfile.directives import health_of, ports_of


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("80", ("80/tcp",)),
        (" 53/udp  80 ", ("53/udp", "80/tcp")),
        ("8000-8002/sctp", ("8000/sctp", "8001/sctp", "8002/sctp")),
        ("65535", ("65535/tcp",)),
        ("80/TCP", ("80/tcp",)),
    ],
)
def test_ports(text: str, ports: tuple[str, ...]) -> None:
    assert ports_of(text) == ports


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" ", "it is empty"),
        ("80 http", '"http" is not a port; write 8080, 8080/udp or 8000-8010'),
        ("80/xyz", "is not a port"),
        ("0", "ports are 1 to 65535"),
        ("65536", "ports are 1 to 65535"),
        ("90-80", "the lower one first"),
    ],
)
def test_what_is_no_port(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ports_of(text)


def test_a_health_check_keeps_its_command_as_written() -> None:
    found = health_of("--start-period=1h0.5s --timeout=3s --retries=2 cmd  a | b  c")
    assert found == {
        "StartPeriod": 3600_500_000_000,
        "Timeout": 3_000_000_000,
        "Retries": 2,
        "Test": ["CMD-SHELL", "a | b  c"],
    }
    assert health_of('CMD ["a", "b c"]') == {"Test": ["CMD", "a", "b c"]}
    assert health_of("none") == {"Test": ["NONE"]}


@pytest.mark.parametrize(("text", "seconds"), [("0", 0), (".5s", 0.5), ("1.s", 1), ("1m.5s", 60.5)])
def test_durations_are_gos(text: str, seconds: float) -> None:
    assert health_of(f"--interval={text} CMD x")["Interval"] == seconds * 10**9


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("curl x", 'no command in "curl x"; write NONE, or CMD and the command'),
        ("", "no command"),
        ("CMD", "no command"),
        ("--interval=soon CMD x", '"soon" is not a duration; write 30s or 1m30s'),
        ("--retries=x CMD x", '"x" is not a number of retries'),
        ("--colour=red CMD x", 'unknown option "--colour"; there are --interval'),
    ],
)
def test_what_is_no_health_check(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        health_of(text)
