r"""Which files of the context an instruction takes.

Patterns are Go's ``filepath.Match`` (``*``, ``?``, ``[a-z]``, ``\\``) with ``**`` for any depth;
what matches a folder takes all of it. Where it cannot be told which files they are (a variable of
the base image, a symbolic link that leads elsewhere), the whole context counts: too much is safe.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from posixpath import normpath

from stages.build_stages import mount_options
from stages.instruction import ContextFile, Instruction
from stages.sources import SYMLINK

_REMOTE = re.compile(r"(?:[a-z]+://|git@)", re.IGNORECASE)
_ALL = "."


def copied_files(
    instruction: Instruction, words: Sequence[str], context: Sequence[ContextFile]
) -> Iterator[ContextFile]:
    """Yield the files that *instruction*, whose words are *words* by now, takes from *context*."""
    for source in _sources(instruction, words):
        yield from _selected(source, context)


def _sources(instruction: Instruction, words: Sequence[str]) -> Iterator[str]:
    if instruction.name == "RUN":
        yield from _mounted(instruction)
    elif instruction.name in ("ADD", "COPY") and not instruction.flag("from"):
        for word in words[:-1]:
            is_text = instruction.heredocs and word.startswith("<<")
            if not is_text and not _REMOTE.match(word):
                yield _ALL if "$" in word else _clean(word)


def _mounted(instruction: Instruction) -> Iterator[str]:
    for mount in instruction.flag_values("mount"):
        options = mount_options(mount)
        if options.get("type", "bind") == "bind" and not options.get("from"):
            source = options.get("source") or options.get("src") or _ALL
            yield _ALL if "$" in source else _clean(source)


def _clean(source: str) -> str:
    """Return *source* inside the context, whatever its slashes and dots say."""
    return normpath(f"/{source}").lstrip("/") or _ALL


def _selected(source: str, context: Sequence[ContextFile]) -> Iterator[ContextFile]:
    if source == _ALL:
        yield from context
        return
    parts = source.split("/")
    ways = [_regex("/".join(parts[:count])) for count in range(1, len(parts) + 1)]
    links = [one.path for one in context if one.mode == SYMLINK]
    if any(way.fullmatch(link) for way in ways for link in links):
        yield from context
    else:
        yield from (one for one in context if ways[-1].match(one.path))


@lru_cache(maxsize=1024)
def _regex(pattern: str) -> re.Pattern[str]:
    """Return what matches the path that *pattern* means, where a path below it goes on."""
    try:
        return re.compile(f"{_translated(pattern)}(?=/|$)", re.DOTALL)
    except re.error:
        return re.compile(f"{re.escape(pattern)}(?=/|$)")


def _translated(pattern: str) -> str:
    text, place = "", 0
    while place < len(pattern):
        token = _TOKEN.match(pattern, place)
        if token is None:
            text += re.escape(pattern[place])
            place += 1
            continue
        text += _meaning(token[0])
        place = token.end()
    return text


_TOKEN = re.compile(r"\*\*/|\*+|\?|\[\^?(?:\\.|[^\]\\])+\]|\\.", re.DOTALL)


_SET_SIGNS = re.compile(r"(?<=.)(?<!\\)[\[&~|]")
"""What means something in a class of Python's one day, and in none of Go's."""


def _meaning(text: str) -> str:
    if text == "**/":
        return "(?:.*/)?"
    if text.startswith("*"):
        return "[^/]*" if text == "*" else ".*"
    if text == "?":
        return "[^/]"
    return _SET_SIGNS.sub(r"\\\g<0>", text) if text.startswith("[") else re.escape(text[1:])
