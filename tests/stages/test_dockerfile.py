"""What an image from a Dockerfile depends on, and what it does not."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.dependencies import Dependency, ImageFact, ToldFact
from stages.explain import explain
from stages.instruction import DockerfileError
from stages.reached import bases_of, reached_stages
from tests.stages.dockerfiles import IMAGE, Written

TEXT = """\
ARG VERSION=1.35
ARG UNUSED=1
FROM busybox:${VERSION} AS build
ARG FLAG
RUN make
COPY src /src
FROM busybox AS unused
ARG ONLY_HERE
COPY docs /docs
FROM busybox
COPY --from=build /out /out
COPY *.txt conf/
"""
FILES = {"src/a": "1", "src/b/c": "1", "docs/d": "1", "x.txt": "1", "sub/y.txt": "1", "z": "1"}
DOCKERFILE = Written(TEXT, FILES)


def test_the_digest_is_pinned() -> None:
    """A changed value here means that every user rebuilds every image from a Dockerfile."""
    assert DOCKERFILE.stage(args=(("FLAG", "on"),)).digest.short == "bf5a06404962"


def test_only_files_that_are_taken_count() -> None:
    assert DOCKERFILE.copied() == ["src/a", "src/b/c", "x.txt"]


@pytest.mark.parametrize("name", ["UNUSED", "ONLY_HERE", "NOWHERE"])
def test_an_argument_that_nothing_reached_declares_does_not_count(name: str) -> None:
    assert DOCKERFILE.stage(args=((name, "2"),)).digest == DOCKERFILE.stage().digest


@pytest.mark.parametrize("name", ["VERSION", "FLAG"])
def test_an_argument_that_is_declared_or_names_a_base_counts(name: str) -> None:
    assert DOCKERFILE.stage(args=((name, "2"),)).digest != DOCKERFILE.stage().digest


unused = st.lists(
    st.sampled_from(["RUN true", "COPY docs /", "ENV A=b", "ARG FLAG", "USER me"]), max_size=4
)


@given(unused)
def test_stages_that_are_not_reached_do_not_count(lines: list[str]) -> None:
    marker = "FROM busybox AS unused\n"
    text = TEXT.replace(marker, marker + "".join(f"{line}\n" for line in lines))
    assert Written(text, FILES).stage().digest == DOCKERFILE.stage().digest


@given(st.sampled_from(TEXT.splitlines()[2:6] + TEXT.splitlines()[9:]), st.sampled_from(["RUN b"]))
def test_every_instruction_that_is_reached_counts(line: str, added: str) -> None:
    text = TEXT.replace(f"{line}\n", f"{line}\n{added}\n")
    assert Written(text, FILES).stage().digest != DOCKERFILE.stage().digest


@given(st.sampled_from(sorted(FILES)))
def test_a_file_counts_where_an_instruction_takes_it(path: str) -> None:
    changed = Written(TEXT, {**FILES, path: "2"})
    is_same = changed.stage().digest == DOCKERFILE.stage().digest
    assert is_same == (path not in DOCKERFILE.copied())


def test_comments_and_spaces_between_instructions_do_not_count() -> None:
    text = TEXT.replace("RUN make\n", "\n# why\n  RUN make\n")
    assert Written(text, FILES).stage().digest == DOCKERFILE.stage().digest


def test_a_target_leaves_out_what_follows() -> None:
    assert DOCKERFILE.copied(target="build") == ["src/a", "src/b/c"]


def test_a_number_is_no_target() -> None:
    """Builders know it in COPY alone."""
    with pytest.raises(DockerfileError, match=r'target "1" is none of its'):
        DOCKERFILE.copied(target="1")


def test_an_unknown_target_is_named_with_what_there_is() -> None:
    with pytest.raises(DockerfileError, match=r'target "x" is none of its.*: build, unused'):
        DOCKERFILE.stage(target="x")


@pytest.mark.parametrize(
    ("line", "files"),
    [
        pytest.param("COPY . /", sorted(FILES), id="everything"),
        pytest.param("COPY /src/ /x", ["src/a", "src/b/c"], id="slashes"),
        pytest.param("COPY ../src/a /x", ["src/a"], id="not-outside"),
        pytest.param("COPY s*/? /x", ["src/a", "src/b/c"], id="glob-takes-folders"),
        pytest.param("COPY **/*.txt /x", ["sub/y.txt", "x.txt"], id="any-depth"),
        pytest.param("COPY [xyz] [^s]rc /x", ["z"], id="classes"),
        pytest.param("COPY [[&&||~~z] /x", ["z"], id="signs-in-a-class"),
        pytest.param('COPY ["src/a", "/x"]', ["src/a"], id="json"),
        pytest.param("ENV D=src\nCOPY ${D}/a $D/b /x", ["src/a", "src/b/c"], id="variable"),
        pytest.param("COPY $UNKNOWN /x", sorted(FILES), id="variable-of-the-base"),
        pytest.param("ADD https://example.com/src /x", [], id="url"),
        pytest.param("ADD git@example.com:src.git /x", [], id="git"),
        pytest.param("COPY --chown=a:b --chmod=600 --link z /x", ["z"], id="flags"),
        pytest.param("COPY --parents ./src/./b /x", ["src/b/c"], id="parents"),
        pytest.param("COPY <<EOF /x\nz\nEOF", [], id="heredoc"),
        pytest.param("RUN --mount=target=/x true", sorted(FILES), id="bound-whole"),
        pytest.param("RUN --mount=type=bind,source=src,target=/x true", ["src/a", "src/b/c"],
                     id="bound"),
        pytest.param("RUN --mount=type=cache,target=/x true", [], id="cache"),
        pytest.param("COPY --from=busybox / /x", [], id="other-image"),
        pytest.param("CO\\\nPY \\\n# said\nz /x", ["z"], id="continued"),
    ],
)  # fmt: skip
def test_what_an_instruction_takes(line: str, files: list[str]) -> None:
    assert Written(f"FROM busybox\n{line}\n", FILES).copied() == files


def test_a_link_on_the_way_makes_everything_count() -> None:
    files = {"link": "-> src", "src/a": "1", "z": "1"}
    assert Written("FROM busybox\nCOPY link/a /x", files).copied() == sorted(files)
    assert Written("FROM busybox\nCOPY link /x", files).copied() == sorted(files)
    assert Written("FROM busybox\nCOPY src /x", files).copied() == ["src/a"]


TRIGGERS = """\
FROM alpine AS tools
COPY docs /docs
FROM busybox AS a
ONBUILD ARG FLAG
ONBUILD COPY \\
  z /
ONBUILD COPY --from=tools /docs /
FROM {}
"""


def test_what_a_stage_tells_those_upon_it_to_do_counts() -> None:
    """Or a change of what only an ONBUILD takes would be in no image."""
    upon, beside = (Written(TRIGGERS.format(base), FILES) for base in ("a", "busybox"))
    assert (upon.copied(), beside.copied()) == (["docs/d", "z"], [])
    assert bases_of(reached_stages(IMAGE, upon.facts(IMAGE), {})) == ("alpine", "busybox")
    digests = [upon.stage(args=(("FLAG", value),)).digest for value in "12"]
    assert digests[0] != digests[1]


def test_an_onbuild_that_says_nothing_is_left_to_the_builder() -> None:
    assert Written("FROM busybox AS a\nONBUILD BAKE it\nFROM a\n", FILES).copied() == []


def test_ignored_files_do_not_count() -> None:
    ignore = "# no\n**/b\nsrc/*\n!src/a\n*.txt\n"
    assert Written(TEXT, FILES, ignore).copied() == ["src/a"]


def test_the_escape_character_is_the_dockerfiles() -> None:
    text = "# escape=`\nFROM busybox\nCOPY `\nz c:\\x\n"
    assert Written(text, FILES).copied() == ["z"]


@pytest.mark.parametrize(
    "keys",
    [
        {"add_hosts": ("a:1.2.3.4",)},
        {"definition_version": "2"},
        {"target": "build"},
        {"dependencies": (Dependency("lib"),)},
        {"dependencies": (Dependency("lib", (ToldFact(ImageFact.NAME, "LIB"),)),)},
    ],
)
def test_keys_that_count(keys: dict[str, object]) -> None:
    assert DOCKERFILE.stage(**keys).digest != DOCKERFILE.stage().digest


@pytest.mark.parametrize("keys", [{"network": "none"}, {"ssh": "default"}, {"dockerfile": "D"}])
def test_keys_that_do_not_count(keys: dict[str, object]) -> None:
    assert DOCKERFILE.stage(**keys).digest == DOCKERFILE.stage().digest


def test_the_images_that_are_needed() -> None:
    facts = DOCKERFILE.facts(IMAGE)
    assert bases_of(reached_stages(IMAGE, facts, {})) == ("busybox:1.35", "busybox")
    built = replace(IMAGE, target="build")
    assert bases_of(reached_stages(built, facts, {"VERSION": "2"})) == ("busybox:2",)


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("ARG BASE\nFROM ${BASE:-alpine}", "alpine"),
        ("FROM ${REGISTRY:-example.com}/alpine", "example.com/alpine"),
        ("ARG A\nARG BASE=${A:-alpine}\nFROM $BASE", "alpine"),
        ("ARG TAG=1\nFROM alpine:${TAG:-2}", "alpine:1"),
        ("ARG SUFFIX\nFROM alpine$SUFFIX", "alpine"),
    ],
)
def test_a_variable_of_a_base_that_is_not_set_has_its_default(text: str, base: str) -> None:
    """Later in a stage the base image may have set it; before there is nobody else."""
    assert bases_of(reached_stages(IMAGE, Written(text).facts(IMAGE), {})) == (base,)


def test_a_base_without_a_name_is_an_error() -> None:
    with pytest.raises(DockerfileError, match=r"Dockerfile:2: .* the argument BASE is empty: "):
        Written("ARG BASE=\nFROM $BASE\n").stage()
    with pytest.raises(DockerfileError, match=r'Dockerfile:2: the variables of "\$.*" leave no'):
        Written("ARG A=a\nFROM ${A:+}\n").stage()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("ARG NOPE\nFROM $NOPE\n", id="no-value"),
        pytest.param("ARG TAG=1\nFROM busybox:${NOPE}\n", id="tag"),
        pytest.param("ARG TAG=1\nFROM ${NOPE}/busybox:$TAG AS one\n", id="registry"),
        pytest.param("ARG TAG=1\nFROM a.example/${NOPE}:$TAG\n", id="name"),
        pytest.param("ARG A=1\nFROM busybox@$NOPE\n", id="digest"),
        pytest.param("ARG OPTIONAL\nFROM ${OPTIONAL}busybox:$NOPE\n", id="not-to-blame"),
        pytest.param("ARG A=1\nFROM ${OPTIONAL:-}busybox:$NOPE\n", id="has-a-default"),
    ],
)
def test_a_base_whose_argument_is_not_set_names_it(text: str) -> None:
    """It went to the registry without it, whose error knew neither the line nor the argument."""
    said = f"Dockerfile:2: {text.splitlines()[1]}: the argument NOPE is not set: write ARG NOPE"
    with pytest.raises(DockerfileError, match=re.escape(said)):
        Written(text).stage()


def test_an_empty_from_is_none() -> None:
    written = Written("FROM busybox\nCOPY --from= z /\n", FILES)
    assert bases_of(reached_stages(IMAGE, written.facts(IMAGE), {})) == ("busybox",)
    assert written.copied() == ["z"]


@pytest.mark.parametrize("name", ["late", "LATE", "1"])
def test_a_stage_that_comes_later_is_no_image(name: str) -> None:
    """BuildKit takes it, or says that it is not there yet; nobody pulls an image of that name."""
    first = f"FROM busybox AS first\nCOPY --from={name} /x /\n"
    written = Written(f"{first}FROM alpine AS late\nCOPY docs /x\n", FILES)
    assert written.copied(target="first") == ["docs/d"]
    reached = reached_stages(replace(IMAGE, target="first"), written.facts(IMAGE), {})
    assert bases_of(reached) == ("busybox", "alpine")


def test_a_wrong_word_is_named_with_its_line() -> None:
    with pytest.raises(DockerfileError, match=r"Dockerfile:2: .*missing"):
        Written("FROM busybox\nCOPY ${x /\n").stage()


EXPLAINED = "FROM busybox\nARG V=1\nRUN npm ci\nCOPY z /\nCMD run\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (EXPLAINED.replace("npm ci", "npm i"), "instruction 3 (RUN npm i) changed"),
        (EXPLAINED.replace("RUN", "USER me\nRUN"), "instruction 3 (USER me) added"),
        (EXPLAINED.replace("RUN npm ci\n", ""), "instruction RUN npm ci removed"),
        (EXPLAINED.replace("COPY z", "COPY x.txt"), "instruction 4 (COPY x.txt /) changed,"
         " file x.txt added, file z removed"),
    ],
)  # fmt: skip
def test_what_changed_is_told(text: str, said: str) -> None:
    before, after = Written(EXPLAINED, FILES).stage().parts, Written(text, FILES).stage()
    assert explain(after, before) == f"dockerfile: {said}"


def test_files_and_arguments_are_told() -> None:
    before = Written(EXPLAINED, FILES).stage().parts
    after = Written(EXPLAINED, {**FILES, "z": "2"}).stage(args=(("V", "2"),))
    said = "dockerfile: instruction 2 (ARG V=1) has other values, file z changed"
    assert explain(after, before) == said
