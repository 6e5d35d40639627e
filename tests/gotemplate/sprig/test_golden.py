"""Templates that Go itself has rendered, with sprig 3.3 and the same data, say the same here.

A case has the text (``out``; bytes that are not UTF-8 as lone surrogates), or the error: ``err``
word for word, ``fails`` where only that it fails is promised.
"""

import pytest

from tests.gotemplate.sprig.rendering import GOLDEN, golden, host_in, rendered
from werfish.gotemplate.errors import GoError, TemplateError
from werfish.gotemplate.sprig.host import Host
from werfish.gotemplate.sprig.times.zones import UTC, zone_named
from werfish.gotemplate.values import to_bytes

ZONES = {"dates_berlin": "Europe/Berlin", "dates_new_york": "America/New_York"}
FAMILIES = sorted(path.stem for path in GOLDEN.glob("*.json") if path.stem != "data")


def outcome(source: str, host: Host) -> tuple[str, str]:
    """Return what is rendered, and what goes wrong."""
    try:
        return rendered(source, golden("data"), host), ""
    except (TemplateError, GoError) as error:
        return "", str(error)


@pytest.mark.parametrize("family", FAMILIES)
def test_templates_say_what_go_says(family: str) -> None:
    if family == "ciphers":
        pytest.importorskip("cryptography")
    host = host_in(zone_named(ZONES.get(family, "UTC"), UTC) or UTC)
    wrong = []
    for case in golden(family):
        text, error = outcome(case["src"], host)
        if "fails" in case:
            is_right = bool(error)
        else:
            same_text = to_bytes(text) == to_bytes(case.get("out", ""))
            is_right = same_text and error == case.get("err", "")
        if not is_right:
            wrong.append((case, text, error))
    assert wrong == []


def test_there_are_cases_of_every_family() -> None:
    assert len(FAMILIES) >= 15
