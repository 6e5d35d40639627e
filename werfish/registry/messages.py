"""A request and its answer, as the rest of the client passes them around."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field

from stages.light_dataclass import dataclass
from werfish.registry.errors import InvalidAnswerError

CHUNK = 1 << 20
"""How many bytes of a blob are in memory at a time."""

_MAX_BODY = 16 << 20

Body = Callable[[], Iterable[bytes]]
"""Opens the bytes to send, anew for every try."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. *doing* says what it is for; *body* has exactly *length* bytes.

    *registry* is the host on whose behalf it is sent, which decides the certificates. What writes
    is only sent elsewhere than asked if it *follows*: a body may be a secret.
    """

    method: str
    url: str
    doing: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body | None = None
    length: int = 0
    registry: str = ""
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: *headers* are found in any case; *url* is where it came from in the end.

    *chunks* gives the body as it arrives; `read` reads a small one whole.
    """

    status: int
    headers: Mapping[str, str]
    url: str
    doing: str
    chunks: Callable[[], Iterator[bytes]]

    def read(self) -> bytes:
        """Return the whole body; `InvalidAnswerError` where it is no small document."""
        data = bytearray()
        for chunk in self.chunks():
            data += chunk
            if len(data) > _MAX_BODY:
                raise InvalidAnswerError(
                    f"{self.doing}: the answer has more than {_MAX_BODY} bytes"
                )
        return bytes(data)
