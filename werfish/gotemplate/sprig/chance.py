"""The functions of sprig that draw lots; the host says where the randomness comes from."""

import string
from base64 import b64encode

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.sprig.host import Host
from werfish.gotemplate.sprig.letters import letters_of

_PRINTABLE = "".join(chr(point) for point in range(32, 127))
_ALPHABETS = {
    "randAlphaNum": string.ascii_letters + string.digits,
    "randAlpha": string.ascii_letters,
    "randNumeric": string.digits,
    "randAscii": _PRINTABLE,
}


def functions(host: Host) -> dict[str, Function]:
    """Return the functions, drawing from *host*."""
    return {
        **{name: _drawer(host, alphabet) for name, alphabet in _ALPHABETS.items()},
        "shuffle": function(lambda text: _shuffled(host, text), "string"),
        "randInt": function(lambda low, high: _between(host, low, high), "int", "int"),
        "randBytes": function(lambda count: _bytes(host, count), "int"),
        "uuidv4": function(lambda: _uuid(host)),
    }


def _drawer(host: Host, alphabet: str) -> Function:
    return function(lambda count: drawn(host, alphabet, count), "int")


def drawn(host: Host, alphabet: str, count: int) -> str:
    """Return *count* letters of *alphabet*; none where *count* is negative."""
    return "".join(alphabet[host.random_below(len(alphabet))] for _ in range(count))


def _shuffled(host: Host, text: str) -> str:
    letters = letters_of(text)
    for at in range(len(letters) - 1, 0, -1):
        other = host.random_below(at + 1)
        letters[at], letters[other] = letters[other], letters[at]
    return "".join(letters)


def _between(host: Host, low: int, high: int) -> int:
    if high <= low:
        raise GoError("invalid argument to Intn")
    return low + host.random_below(high - low)


def _bytes(host: Host, count: int) -> str:
    if count < 0:
        raise GoError("runtime error: makeslice: len out of range")
    return b64encode(host.random(count)).decode()


def _uuid(host: Host) -> str:
    from uuid import UUID

    return str(UUID(bytes=host.random(16), version=4))
