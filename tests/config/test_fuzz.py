"""Whatever is in the file: a project or a `ConfigError`, never another exception."""

import re
from pathlib import Path
from random import Random
from time import perf_counter

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from werfish.config.document import lines_of
from werfish.config.errors import InvalidConfigError
from werfish.config.image import IMAGE
from werfish.config.image_dockerfile import DOCKERFILE_IMAGE
from werfish.config.meta import META
from werfish.config.project import project_of
from werfish.config.schema import Section


def words(section: Section) -> set[str]:
    below = (words(key.section) for key in section.keys if key.section)
    return {key.name for key in section.keys}.union(*below)


KEYS = sorted(words(IMAGE) | words(META) | words(DOCKERFILE_IMAGE) | {"artifact", "<<"})
known = st.sampled_from(KEYS)
plain = st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.text() | known
trees = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(known | st.text(), inner, max_size=4)
    ),
    max_leaves=20,
)
meta = st.just({"configVersion": 1, "project": "shop"})


def is_told(text: str) -> bool:
    """Whether *text* is a project, or every one of its problems is in it."""
    try:
        project_of(text, path="werf.yaml", directory=Path("/shop"))
    except InvalidConfigError as error:
        lines = range(1, len(lines_of(text)) + 1)
        return "werf.yaml" in str(error) and all(one.line in lines for one in error.problems)
    return True


@given(st.lists(trees | meta, max_size=4))
def test_any_tree(documents: list[object]) -> None:
    assert is_told(yaml.safe_dump_all(documents, allow_unicode=True))


@given(st.text())
def test_any_text(text: str) -> None:
    assert is_told(text)


@given(
    st.lists(known | st.sampled_from([": ", "\n", "  ", "- ", "[", "]", "{", "}", "&a ", "*a "]))
)
def test_any_words(pieces: list[str]) -> None:
    assert is_told("".join(pieces))


CORPUS = tuple(
    path.read_bytes().decode("utf-8-sig")
    for path in sorted((Path(__file__).parent / "corpus").glob("*/*.yaml"))
)
VALUES = (
    *("~", "[]", "{}", "[~]", "[[]]", "{a: {b: [c]}}", "- x", "yes", "-1", "0x1F", "1e999", "''"),
    *("'a", '"', "*x", "&x y", "!!int z", "!!binary =", "!x {}", "|", ">-", "/[/", "99999999999h"),
    *("/", "..", "a:b", "\x00", "\ufeff", "\u2028", "\U0001f680", "<<", "%", "@", "`", "{{ x }}"),
)


def mutated(text: str, random: Random) -> str:
    """Return *text* after one mistake of the kind that editing makes."""
    lines = text.splitlines(keepends=True) or [""]
    place = random.randrange(len(lines))
    line = lines[place]
    match random.randrange(9):
        case 0:
            del lines[place]
        case 1:
            lines.insert(random.randrange(len(lines)), line)
        case 2:
            lines[place] = " " * random.randrange(5) + line.lstrip(" ")
        case 3:
            lines[place] = re.sub(r"[A-Za-z]+(?=:)", random.choice(KEYS), line, count=1)
        case 4:
            lines[place] = re.sub(r": .*", lambda _: f": {random.choice(VALUES)}", line, count=1)
        case 5:
            lines[place] = line.replace("- ", "", 1) if "- " in line else f"- {line}"
        case 6:
            return text[: random.randrange(len(text) + 1)]
        case 7:
            other = random.choice(CORPUS).splitlines(keepends=True) or [""]
            lines[place] = random.choice(other)
        case _:
            column = random.randrange(len(line) + 1)
            lines[place] = line[:column] + random.choice((*VALUES, "\t", ":", "#")) + line[column:]
    return "".join(lines)


@given(st.sampled_from(CORPUS), st.integers(1, 5), st.randoms(use_true_random=False))
def test_any_mistake_in_a_real_file(text: str, mistakes: int, random: Random) -> None:
    for _ in range(mistakes):
        text = mutated(text, random)
    assert is_told(text)


@given(st.sampled_from(CORPUS), st.binary(max_size=20), st.integers(0))
def test_any_bytes_in_a_real_file(text: str, inserted: bytes, place: int) -> None:
    place %= len(text) + 1
    assert is_told(text[:place] + inserted.decode("latin-1") + text[place:])


BEGIN = "configVersion: 1\nproject: shop\n---\nimage: a\nfrom: b\n"
LARGE = {
    "commands": f"{BEGIN}shell:\n  install:\n" + "  - echo\n" * 10_000,
    "tasks": f"{BEGIN}ansible:\n  install:\n" + "  - shell: echo\n" * 10_000,
    "wrong-commands": f"{BEGIN}shell:\n  install:\n" + "  - [echo]\n" * 10_000,
    "variables": f"{BEGIN}docker:\n  ENV:\n" + "".join(f"    A{n}: x\n" for n in range(10_000)),
    "mappings": f"{BEGIN}git:\n" + "".join(f"- {{to: /a{n}}}\n" for n in range(5_000)),
    "equal-mappings": f"{BEGIN}git:\n" + "- {to: /a}\n" * 5_000,
    "mounts": f"{BEGIN}mount:\n" + "- {to: /a, from: tmp_dir}\n" * 5_000,
    "names": f"{BEGIN}---\nfromImage: c\nimage:\n" + "".join(f"- b{n}\n" for n in range(10_000)),
    "images": BEGIN + "".join(f"---\nimage: b{n}\nfrom: c\n" for n in range(5_000)),
    "chain": BEGIN + "".join(f"---\nimage: {n + 1}\nfromImage: {n or 'a'}\n" for n in range(5_000)),
    "circle": BEGIN
    + "".join(f"---\nimage: {n}\nfromImage: {n + 1}\n" for n in range(3_000))
    + "---\nimage: 3000\nfromImage: 0\n",
    "aliases": f"{BEGIN}ansible:\n  install:\n  - &a0 {{shell: x}}\n"
    + "".join(f"  - &a{n} {{block: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 20)),
    "merges": f"{BEGIN}docker:\n  ENV: &m0 {{A: b}}\n"
    + "".join(f"  X{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}], K{n}: x}}\n" for n in range(1, 100)),
    "alias-chain": f"{BEGIN}ansible:\n  install:\n  - &a0 {{shell: x}}\n"
    + "".join(f"  - &a{n} {{block: [*a{n - 1}]}}\n" for n in range(1, 2_000)),
    "brackets": f"{BEGIN}git: " + "[" * 100_000,
    "deep-sections": BEGIN + "".join(" " * n + "git:\n" for n in range(500)),
    "one-line": f"{BEGIN}shell: {{install: [" + "echo, " * 50_000 + "]}",
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_large_files_are_read_in_seconds(text: str) -> None:
    begin = perf_counter()
    assert is_told(text)
    assert perf_counter() - begin < 20, "seconds; slow machines take their time"
