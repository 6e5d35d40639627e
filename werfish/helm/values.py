"""The values that templates see: files in their order, ``--set``, and werf's service values.

Pure but for the reading of files. A null stays a null: Helm takes it as "remove the default".
"""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from stages.light_dataclass import dataclass
from werfish.errors import HelmError
from werfish.helm.merged import Values, merged
from werfish.helm.strvals import parse_into, parse_json_into, typed
from werfish.helm.yaml_text import YamlError, load


@dataclass(frozen=True, slots=True)
class UserValues:
    """What the user gave: files, then each kind of ``--set``, in Helm's order.

    *secrets* are values that were decrypted; they win over those of *files*.
    """

    files: tuple[Path, ...] = ()
    secrets: tuple[Mapping[str, Any], ...] = field(default=(), repr=False, hash=False)
    sets: tuple[str, ...] = ()
    string_sets: tuple[str, ...] = ()
    file_sets: tuple[str, ...] = ()
    json_sets: tuple[str, ...] = ()


class ValuesFileError(HelmError):
    """A file of values cannot be read, or is not a map."""

    def __init__(self, path: Path, problem: str) -> None:
        """Name the file and the problem."""
        super().__init__(f'read values "{path}": {problem}')
        self.path = path


def values_of(user: UserValues, service: Mapping[str, Any]) -> Values:
    """Return everything merged: files, over them secrets, *service*, then every ``--set``."""
    values: Values = {}
    for path in user.files:
        values = merged(values, read_values(path))
    for decrypted in user.secrets:
        values = merged(values, decrypted)
    values = merged(values, service)
    for text in user.json_sets:
        values = parse_json_into(values, text)
    for text in user.sets:
        values = parse_into(values, text, typed)
    for text in user.string_sets:
        values = parse_into(values, text, str)
    for text in user.file_sets:
        values = parse_into(values, text, _content)
    return values


def read_values(path: Path) -> Values:
    """Return the values in the file at *path*; an empty file has none."""
    try:
        values = load(_bytes(path), is_strict=False)
    except YamlError as error:
        raise ValuesFileError(path, str(error)) from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise ValuesFileError(path, "it is not a map")
    return values


def _content(path: str) -> str:
    return _bytes(Path(path)).decode(errors="replace")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ValuesFileError(path, error.strerror or str(error)) from error
