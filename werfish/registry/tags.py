"""The tags of a repository, over as many pages as the registry makes of them."""

import json
import re

from werfish.oci.reference import Repository
from werfish.registry.errors import InvalidAnswerError, NotFoundError
from werfish.registry.session import Call, Session

_NEXT = re.compile(r'<([^>]*)>\s*;[^,]*\brel="?next"?', re.IGNORECASE)


def list_tags(session: Session, repository: Repository, page: int = 1000) -> tuple[str, ...]:
    """Return every tag, sorted; none where the repository does not exist.

    *page* is a wish: registries give more or fewer, and ``Link`` alone says whether there is more.
    """
    doing = f'list the tags of "{repository}"'
    found: set[str] = set()
    path, seen = f"tags/list?n={page}", set[str]()
    while path and path not in seen:
        seen.add(path)
        try:
            answer, body = session.send(Call("GET", repository, path, doing, (200,)))
        except NotFoundError:
            break
        found.update(_names(body, doing))
        following = _NEXT.search(answer.headers.get("Link", ""))
        path = following[1] if following else ""
    return tuple(sorted(found))


def _names(body: bytes, doing: str) -> list[str]:
    try:
        return [str(name) for name in json.loads(body)["tags"] or ()]
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidAnswerError(f"{doing}: the answer is not a list of tags") from error
