"""A saved plan as a file: only its user may read it, and it is encrypted where there is a key.

It holds what was rendered, secrets among it. An encrypted one carries a code made with the key, so
that a file of another key, or one that was changed, is told apart from a plan.
"""

import base64
import gzip
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from werfish.containers.atomic_file import write_whole
from werfish.deploy.saved_plan import SavedPlan, data_of, saved_of
from werfish.errors import ConfigError
from werfish.secrets.cipher import decrypt, encrypt
from werfish.secrets.key import SecretKey

FORMAT = 2


class PlanFileError(ConfigError):
    """The file that an option names as that of a plan cannot be written, read or understood."""

    def __init__(self, doing: str, path: Path, problem: str, *, hint: str = "") -> None:
        """Say what was done to the file at *path*, and what went wrong."""
        super().__init__(f'{doing} the plan in "{path}": {problem}', hint=hint)
        self.path = path


def write_plan(path: Path, saved: SavedPlan, key: SecretKey | None) -> None:
    """Keep *saved* in the file at *path*, encrypted with *key* where there is one."""
    plain = gzip.compress(json.dumps(data_of(saved)).encode(), mtime=0)
    head = {
        "format": FORMAT,
        "release": saved.owner.release,
        "namespace": saved.owner.namespace,
        "encrypted": key is not None,
    }
    if key is None:
        body = {"data": base64.b64encode(plain).decode()}
    else:
        data = encrypt(plain, key)
        body = {"data": data, "code": _code(data, key)}
    try:
        write_whole(path.absolute(), (json.dumps({**head, **body}) + "\n").encode())
    except OSError as error:
        raise PlanFileError("write", path, (error.strerror or str(error)).lower()) from error


def read_plan(path: Path, find_key: Callable[[], SecretKey]) -> SavedPlan:
    """Return the plan in the file at *path*; *find_key* is asked where it is encrypted."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise PlanFileError("read", path, (error.strerror or str(error)).lower()) from error
    try:
        content = json.loads(text)
        if content["format"] != FORMAT:
            hint = "make the plan anew with this version"
            problem = f"it has format {content['format']}, not {FORMAT}"
            raise PlanFileError("read", path, problem, hint=hint)
        plain = _opened(content, path, find_key)
        return saved_of(json.loads(gzip.decompress(plain)))
    except (ValueError, LookupError, TypeError, OSError, EOFError) as error:
        raise PlanFileError("read", path, f"it holds none ({error})") from error


def _opened(content: Mapping[str, Any], path: Path, find_key: Callable[[], SecretKey]) -> bytes:
    if not content["encrypted"]:
        return base64.b64decode(content["data"])
    key = find_key()
    if not hmac.compare_digest(_code(content["data"], key), content["code"]):
        problem = "it was encrypted with another key, or changed since"
        raise PlanFileError("read", path, problem)
    return decrypt(content["data"], key, f'the plan in "{path}"')


def _code(data: str, key: SecretKey) -> str:
    """Return the code of *data*, made with a key of its own that is derived from *key*."""
    derived = hashlib.sha256(b"werfish saved plan\0" + key.data).digest()
    return hmac.new(derived, data.encode(), "sha256").hexdigest()
