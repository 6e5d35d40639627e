"""The tags of a repository, over as many pages as the registry makes of them; one tag less."""

import json
import re
from urllib.parse import urljoin

from werfish.oci.reference import Reference, Repository
from werfish.registry.errors import (
    DeletionDisabledError,
    InvalidAnswerError,
    NotFoundError,
    RefusedError,
)
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
        except RefusedError as error:
            if error.status != 400 or "?n=" not in path:
                raise
            path = "tags/list"  # it has a limit of its own, and an error for who asks for more
            continue
        found.update(_names(body, doing))
        following = _NEXT.search(answer.headers.get("Link", ""))
        path = urljoin(answer.url, following[1]) if following else ""
    return tuple(sorted(found))


def _names(body: bytes, doing: str) -> list[str]:
    try:
        return [str(name) for name in json.loads(body)["tags"] or ()]
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidAnswerError(f"{doing}: the answer is not a list of tags") from error


def delete_tag(session: Session, reference: Reference) -> None:
    """Delete the tag of *reference*, not what it names; gone already is fine.

    `DeletionDisabledError` where the registry has no such request: then only the manifest can be
    deleted, with all of its tags.
    """
    path = session.vendor_of(reference.repository).tag_path.format(tag=reference.tag)
    doing = f'delete the tag "{reference.repository}:{reference.tag}"'
    call = Call("DELETE", reference.repository, path, doing, (200, 202, 204, 404))
    try:
        session.send(call)
    except DeletionDisabledError as error:
        error.hint = "delete the image by its digest: all of its tags go with it"
        raise
