"""Headers of tar archives, written directly: ustar, with pax records only for what does not fit.

The standard library's writer costs 100 microseconds an entry and adds records of its own; this
one is a few formatted bytes. The rules are POSIX's (pax, "ustar Interchange Format").
"""

from collections.abc import Mapping, Sequence

BLOCK = 512
_MAX_ID = 0o7777777
_MAX_NUMBER = 0o77777777777
_NAME, _PREFIX = 100, 155
_ZEROS = bytes(BLOCK)
REGULAR, HARDLINK, SYMLINK, DIRECTORY, _PAX = b"0", b"1", b"2", b"5", b"x"
_ATTRIBUTE = "SCHILY.xattr."
"""What the pax records of extended attributes begin with, for all who read and write them."""


def header(
    name: str,
    kind: bytes,
    *,
    mode: int,
    uid: int,
    gid: int,
    size: int,
    mtime: int,
    link: str = "",
    attributes: Sequence[tuple[str, bytes]] = (),
) -> bytes:
    """Return the header of one entry, with the pax header before it where one is needed.

    Names are text whose odd bytes are kept by ``surrogateescape``; a folder's ends in a slash.
    *attributes* are extended ones.
    """
    raw_name, raw_link = _bytes(name), _bytes(link)
    prefix, short = _split(raw_name)
    records = _records(raw_name, raw_link, uid=uid, gid=gid, size=size, mtime=mtime)
    records.update({f"{_ATTRIBUTE}{key}": value for key, value in attributes})
    if short is None:
        records["path"] = raw_name
        prefix, short = b"", raw_name[:_NAME]
    block = _block(
        short,
        kind,
        prefix=prefix,
        link=raw_link[:_NAME],
        mode=mode,
        uid=0 if "uid" in records else uid,
        gid=0 if "gid" in records else gid,
        size=0 if "size" in records else size,
        mtime=0 if "mtime" in records else mtime,
    )
    return _pax(records) + block if records else block


def attributes_in(records: Mapping[str, str]) -> tuple[tuple[str, bytes], ...]:
    """Return the extended attributes among the pax *records* of an entry, sorted by name.

    Their bytes were decoded as UTF-8, with ``surrogateescape`` where they are none.
    """
    found = {key: value for key, value in records.items() if key.startswith(_ATTRIBUTE)}
    return tuple((key.removeprefix(_ATTRIBUTE), _bytes(found[key])) for key in sorted(found))


def padding(size: int) -> bytes:
    """Return the zeros that fill a content of *size* bytes up to a whole block."""
    return _ZEROS[: -size % BLOCK]


def trailer() -> bytes:
    """Return the two empty blocks that end an archive."""
    return _ZEROS * 2


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _split(name: bytes) -> tuple[bytes, bytes | None]:
    """Return ustar's prefix and name, or ``None`` for a name that needs a pax record."""
    if not name.isascii():
        return b"", None
    if len(name) <= _NAME:
        return b"", name
    cut = name.rfind(b"/", 0, min(_PREFIX + 1, len(name) - 1))
    if cut <= 0 or len(name) - cut - 1 > _NAME:
        return b"", None
    return name[:cut], name[cut + 1 :]


def _records(
    name: bytes, link: bytes, *, uid: int, gid: int, size: int, mtime: int
) -> dict[str, bytes]:
    records: dict[str, bytes] = {}
    if not (name.isascii() and link.isascii()) and not (_is_text(name) and _is_text(link)):
        records["hdrcharset"] = b"BINARY"
    if len(link) > _NAME or not link.isascii():
        records["linkpath"] = link
    numbers = {"uid": (uid, _MAX_ID), "gid": (gid, _MAX_ID), "size": (size, _MAX_NUMBER)}
    records.update({key: b"%d" % value for key, (value, most) in numbers.items() if value > most})
    if not 0 <= mtime <= _MAX_NUMBER:
        records["mtime"] = b"%d" % mtime
    return records


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _pax(records: Mapping[str, bytes]) -> bytes:
    # hdrcharset governs the records after it, so it goes first; the others are sorted.
    ordered = sorted(records, key=lambda key: (key != "hdrcharset", key))
    body = b"".join(_record(key.encode(), records[key]) for key in ordered)
    block = _block(
        b"././@PaxHeader", _PAX, prefix=b"", link=b"", mode=0, uid=0, gid=0, size=len(body), mtime=0
    )
    return block + body + padding(len(body))


def _record(key: bytes, value: bytes) -> bytes:
    """Return ``LENGTH key=value``, where the length counts itself."""
    rest = len(key) + len(value) + 3
    length = rest + len(str(rest))
    length = rest + len(str(length))
    return b"%d %s=%s\n" % (length, key, value)


def _block(
    name: bytes,
    kind: bytes,
    *,
    prefix: bytes,
    link: bytes,
    mode: int,
    uid: int,
    gid: int,
    size: int,
    mtime: int,
) -> bytes:
    numbers = b"%07o\0%07o\0%07o\0%011o\0%011o\0" % (mode, uid, gid, size, mtime)
    head = name.ljust(_NAME, b"\0") + numbers
    tail = kind + link.ljust(_NAME, b"\0") + b"ustar\x0000" + bytes(80) + prefix.ljust(167, b"\0")
    checksum = sum(head) + sum(tail) + 8 * 0x20
    return b"%s%06o\0 %s" % (head, checksum, tail)
