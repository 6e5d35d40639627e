"""Read a character class, from its opening bracket to its closing one."""

from werfish.gotemplate.sprig.re2 import classes
from werfish.gotemplate.sprig.re2.errors import RegexError
from werfish.gotemplate.sprig.re2.escapes import CLASSES, Reader, read_escape, read_named_class


def read_set(reader: Reader) -> str:
    """Read a class and write it for Python; the negation stays one, so that case folds first."""
    start = reader.at
    reader.next()
    negated = reader.take("^")
    members = [_member(reader, start)]
    while not reader.take("]"):
        members.append(_member(reader, start))
    return classes.written(classes.union(members), negated=negated)


def _member(reader: Reader, start: int) -> classes.Spans:
    """Read one member; a ``]`` here is one, since the caller has looked for the end."""
    posix = reader.match(r"\[:(\^?)([^\]:]*):\]")
    if posix:
        return _posix(posix[2], bool(posix[1]), posix[0])
    for mark, spans in CLASSES.items():
        if reader.take(mark):
            return spans
    named = read_named_class(reader)
    return _range(reader, start) if named is None else named


def _posix(name: str, negated: bool, whole: str) -> classes.Spans:
    spans = classes.POSIX.get(name)
    if spans is None:
        raise RegexError("invalid character class range", whole)
    return classes.complement(spans) if negated else spans


def _range(reader: Reader, start: int) -> classes.Spans:
    began = reader.at
    low = high = _point(reader, start)
    if reader.peek() == "-" and reader.rest()[1:2] not in ("]", ""):
        reader.next()
        high = _point(reader, start)
        if high < low:
            raise RegexError("invalid character class range", reader.text[began : reader.at])
    return ((low, high),)


def _point(reader: Reader, start: int) -> int:
    if not reader.peek():
        raise RegexError("missing closing ]", reader.text[start:])
    return read_escape(reader) if reader.peek() == "\\" else ord(reader.next())
