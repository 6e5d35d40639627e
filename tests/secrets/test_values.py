"""Values of YAML: encrypted in their place, and as text again afterwards."""

from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from werfish.secrets.errors import DecryptError, SecretFileError
from werfish.secrets.key import parse_key
from werfish.secrets.values import decrypt_values, encrypt_values

KEY, OTHER = (parse_key(byte * 16, "") for byte in ("11", "22"))

LAYOUT = """\
# the head
a: &x   value  # a note
b: *x
c: |  # of lines
  one

  two

# between
d: [1, "q,r", 'it''s']
e:
f: !!str 12
g: &y
  h: >-
    folded
    text
i: {<<: *y, j: 'é'}
k:
- one
-
- |+
  x

- z: 0x10
  y: yes
? [a, b]
: v
"""
OPENED = """\
# the head
a: &x   value  # a note
b: *x
c: |
  one

  two

# between
d: ['1', 'q,r', it's]
e: <nil>
f: !!str '12'
g: &y
  h: folded text
i: {<<: *y, j: é}
k:
- one
- <nil>
- "x\\n\\n"

- z: '16'
  y: 'true'
? [a, b]
: v
"""


def test_everything_but_values_stays() -> None:
    sealed = encrypt_values(LAYOUT, KEY, "f")
    assert "value " not in sealed
    assert decrypt_values(sealed, KEY, "f") == OPENED


def test_what_was_opened_is_sealed_as_it_was() -> None:
    sealed = encrypt_values(LAYOUT, KEY, "f")
    assert encrypt_values(OPENED, KEY, "f", sealed).split() == [
        word for word in sealed.split() if word
    ]


def test_only_what_changed_differs() -> None:
    sealed = encrypt_values("a: 1\nb: [x, y]\nc: z\n", KEY, "f").splitlines()
    again = encrypt_values("a: 1\nb: [x, NEW]\nc: z\n", KEY, "f", "\n".join(sealed)).splitlines()
    assert (again[0], again[2]) == (sealed[0], sealed[2])
    assert again[1].split(",")[0] == sealed[1].split(",")[0]
    assert again[1] != sealed[1]


def test_another_key_keeps_nothing() -> None:
    sealed = encrypt_values("a: 1\n", KEY, "f")
    assert decrypt_values(encrypt_values("a: 1\n", OTHER, "f", sealed), OTHER, "f") == "a: '1'\n"


def test_empty_tables_lists_and_files_stay() -> None:
    for text in ("", "# nothing\n", "a: {}\nb: []\n", 'a: ""\n'):
        assert encrypt_values(text, KEY, "f") == text
    assert decrypt_values('a: ""\n', KEY, "f") == "a: ''\n"


def test_a_block_is_none_where_more_follows_in_the_line() -> None:
    sealed = encrypt_values("a: |\n  x\n  y\n", KEY, "f").strip()
    assert decrypt_values(f"{sealed} # note\n", KEY, "f") == 'a: "x\\ny\\n" # note\n'


def test_what_was_never_encrypted_is_told_by_place_and_not_shown() -> None:
    with pytest.raises(DecryptError) as caught:
        decrypt_values("a:\n- b: plain text\n", KEY, "sv.yaml")
    assert 'decrypt "sv.yaml": line 2: a[0].b: ' in str(caught.value)
    assert "plain" not in str(caught.value)


def test_what_is_no_yaml() -> None:
    with pytest.raises(SecretFileError, match="line 2 is not YAML"):
        encrypt_values("a: b\nc: ]", KEY, "sv.yaml")


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
trees = st.recursive(
    texts,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(texts, inside, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(texts, trees, min_size=1, max_size=3), st.booleans())
@example({"a": "-"}, False)
@example({"a": ["---", "..."]}, False)
def test_texts_come_back_as_they_were(tree: dict[str, Any], flow: bool) -> None:
    text = yaml.safe_dump(tree, default_flow_style=flow, default_style='"', sort_keys=False)
    sealed = encrypt_values(text, KEY, "f")
    opened = decrypt_values(sealed, KEY, "f")
    assert yaml.safe_load(opened) == yaml.safe_load(text)
    assert encrypt_values(opened, KEY, "f", sealed) == sealed
