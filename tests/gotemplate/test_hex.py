"""``printf`` in hexadecimal: how nothing is padded."""

import pytest

from tests.gotemplate.rendering import render


@pytest.mark.parametrize(
    ("verb", "printed"),
    [("%06x", "000000"), ("%6X", "      "), ("%-06x", "      "), ("%x", ""), ("%#.0x", "")],
)
def test_an_empty_text_is_padded_as_any_other(verb: str, printed: str) -> None:
    assert render(f'{{{{ printf "{verb}" "" }}}}') == printed
