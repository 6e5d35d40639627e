"""A record that is too large is explained before it is sent."""

import base64
import random
from dataclasses import replace

import pytest

from tests.contracts.releases import release
from werfish.releases.size import RecordTooLargeError, check_size


def noise(size: int) -> str:
    return base64.b64encode(random.Random(1).randbytes(size)).decode()


def test_a_large_record_that_compresses_well_is_fine() -> None:
    check_size(replace(release(), manifest="x" * 3_000_000))


def test_the_largest_parts_are_named() -> None:
    large = replace(release(), chart={"files": [{"data": noise(1_200_000)}]}, manifest=noise(9000))
    with pytest.raises(RecordTooLargeError) as caught:
        check_size(large)
    lines = str(caught.value).splitlines()
    assert 'record revision 1 of release "web": compressed it has 1.55 MiB' in lines[0]
    assert lines[1:3] == ["  the chart's files: 1.53 MiB", "  rendered objects: 11 KiB"]
    assert ".helmignore" in caught.value.hint
