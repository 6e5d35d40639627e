"""Lines of logs, and what is lacking, as people see them."""

from io import StringIO

from werfish.kube.resource import Gvk, ResourceId
from werfish.log import Log
from werfish.track.events import LineLogged
from werfish.track.report import FOLDED, show_lacking, show_line


def written(line: str, secret: str = "") -> list[str]:
    """Return what is written of a *line* of a pod that knows a *secret*."""
    output = StringIO()
    log = Log(output, clock=lambda: 0.0)
    log.mask(secret)
    show_line(log, LineLogged("ns", "web-1", "app", line))
    return output.getvalue().splitlines()


def test_a_line_is_named_after_its_pod() -> None:
    assert written("hello") == ["web-1/app | hello"]
    assert written("") == ["web-1/app | "]


def test_a_very_long_line_is_folded_and_nothing_is_lost() -> None:
    line = "".join(f"{number:05}" for number in range(FOLDED))
    lines = written(line)
    assert len(lines) == 5
    assert all(one.startswith("web-1/app | ") for one in lines)
    assert "".join(one.removeprefix("web-1/app | ") for one in lines) == line


def test_a_secret_in_the_fold_is_masked() -> None:
    secret = "abcdefghij"
    lines = written("x" * (FOLDED - 5) + secret + "y" * 10, secret)
    assert not any(secret[:5] in one or secret[5:] in one for one in lines)


def test_many_resources_are_not_all_named_again_and_again() -> None:
    stream = StringIO()
    lacking = [
        (ResourceId(Gvk("", "v1", "ConfigMap"), "default", str(n)), "why") for n in range(50)
    ]
    show_lacking(Log(stream, clock=lambda: 0.0), "50 resources", lacking, 5.0)
    assert stream.getvalue().splitlines()[-1] == "  and 30 more"


def test_a_long_message_is_not_written_whole_again_and_again() -> None:
    stream = StringIO()
    lacking = [(ResourceId(Gvk("", "v1", "ConfigMap"), "default", "a"), "word " * 100)]
    show_lacking(Log(stream, clock=lambda: 0.0), "1 resource", lacking, 5.0)
    line = stream.getvalue().splitlines()[-1]
    assert len(line) < 240
    assert line.endswith("word ...")
