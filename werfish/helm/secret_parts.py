"""The encrypted parts of a chart, opened: values, and files for ``werf_secret_file``.

What is opened is made known to the log first, so that it is masked from then on.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

from stages.light_dataclass import dataclass
from werfish.helm.values import ValuesFileError
from werfish.helm.yaml_text import YamlError, load
from werfish.secrets.files import FOLDER, Form, SecretFile, opened, secret_files
from werfish.secrets.key import SecretKey
from werfish.secrets.values import NOTHING, secrets_in

LEAST_MASKED, LEAST_MASKED_LINE = 4, 8
"""Shorter texts stand everywhere: to mask them would hide all else, and give them away."""

_WORDS = frozenset({"true", "false", "null", NOTHING})


@dataclass(frozen=True, slots=True)
class SecretParts:
    """What was opened: *values*, later ones over earlier, and *files* by their path in ``secret``.

    It is never shown; *texts* are those that are masked.
    """

    values: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False, hash=False)
    texts: tuple[str, ...] = field(default=(), repr=False)


def secret_parts(
    chart: Path,
    extra: Sequence[Path],
    find_key: Callable[[], SecretKey] | None,
    mask: Callable[[str], None],
) -> SecretParts:
    """Open the secrets of the folder *chart*, and *extra* files of values.

    The key is only looked for where there are secrets. Without *find_key* they stay as they are:
    enough to look at a chart, not to deploy it.
    """
    found = secret_files(chart, extra)
    key = find_key() if find_key and found else None
    values, files, texts = list[Mapping[str, Any]](), dict[str, bytes](), list[str]()
    for file in found:
        data = file.read()
        plain = opened(data, file.form, key, str(file.path)) if key else data
        if key:
            for text in _masked(plain, file.form):
                texts.append(text)
                mask(text)
        if file.form is Form.VALUES:
            values.append(_values(plain, file))
        else:
            files[file.path.relative_to(chart / FOLDER).as_posix()] = plain
    return SecretParts(tuple(values), files, tuple(texts))


def _values(data: bytes, file: SecretFile) -> Mapping[str, Any]:
    try:
        values = load(data)
    except YamlError as error:
        raise ValuesFileError(file.path, str(error)) from None
    if not isinstance(values, dict | None):
        raise ValuesFileError(file.path, "it is not a map")
    return values or {}


def _masked(plain: bytes, form: Form) -> Iterator[str]:
    """Yield what of the opened file must not be shown, also as templates write it.

    They do in Secrets (Base64), as JSON, of which ``toJson`` escapes more, and as ``quote`` does.
    """
    for text in _plain_texts(plain.decode(errors="replace"), form):
        quoted = json.dumps(text, ensure_ascii=False)[1:-1]
        escaped = quoted
        for letter in "<>&\u2028\u2029":
            escaped = escaped.replace(letter, f"\\u{ord(letter):04x}")
        encoded = b64encode(text.encode()).decode()
        yield from dict.fromkeys((text, encoded, quoted, escaped))


def _plain_texts(text: str, form: Form) -> Iterator[str]:
    for secret in secrets_in(text) if form is Form.VALUES else (text,):
        for whole in dict.fromkeys((secret, secret.strip())):  # a diff shows no last newline
            if len(whole) >= LEAST_MASKED and whole not in _WORDS:
                yield whole
        lines = [line.strip() for line in secret.splitlines()]
        if len(lines) > 1:
            yield from (line for line in lines if len(line) >= LEAST_MASKED_LINE)
