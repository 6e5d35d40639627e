"""What a followed tag stands for is asked of Docker Hub's mirrors, then of itself."""

from collections.abc import Mapping

import pytest

from werfish.build.latest import LatestBases
from werfish.errors import BuildError, RegistryError
from werfish.oci.manifest import Descriptor
from werfish.oci.reference import Reference

HUB = "docker.io/library/alpine:3"
ONE, TWO = "one.example/library/alpine:3", "two.example/library/alpine:3"


def digest(known: Mapping[str, str], name: str = "alpine:3") -> str:
    """Return what is found where registries have *known*; those of nothing fail."""

    def head(reference: Reference) -> Descriptor | None:
        if str(reference) in known and not known[str(reference)]:
            raise RegistryError("it does not answer")
        found = known.get(str(reference))
        return Descriptor("", found, 1) if found else None

    return LatestBases(head, ("one.example", "two.example")).digest(name)


@pytest.mark.parametrize(
    ("known", "found"),
    [
        pytest.param({ONE: "a", TWO: "b", HUB: "c"}, "a", id="first-mirror"),
        pytest.param({TWO: "b", HUB: "c"}, "b", id="next-mirror"),
        pytest.param({ONE: "", TWO: "b", HUB: "c"}, "b", id="mirror-that-fails"),
        pytest.param({ONE: "", HUB: "c"}, "c", id="docker-hub"),
    ],
)
def test_mirrors_come_first(known: Mapping[str, str], found: str) -> None:
    assert digest(known) == found


def test_other_registries_have_no_mirrors() -> None:
    assert digest({"r.example/alpine:3": "a", ONE: "b"}, "r.example/alpine:3") == "a"


def test_what_is_nowhere_is_an_error() -> None:
    with pytest.raises(BuildError, match="alpine:3"):
        digest({ONE: ""})
