"""The key of a project's secrets: hexadecimal digits of 16, 24 or 32 bytes.

It is looked for in a variable, then in the project's folder, then in the user's home; the first
place that has one counts. A key is never shown.
"""

import secrets
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from stages.light_dataclass import dataclass
from werfish.secrets.errors import InvalidKeyError, KeyNotFoundError, SecretFileError

VARIABLE, OLD_VARIABLE = "WERF_SECRET_KEY", "WERF_OLD_SECRET_KEY"
PROJECT_FILE, HOME_FILE = ".werf_secret_key", "global_secret_key"
SIZES = (16, 24, 32)
GENERATED_SIZE = 16


@dataclass(frozen=True, slots=True)
class SecretKey:
    """A key; *data* are its bytes, which decide between AES-128, 192 and 256."""

    data: bytes = field(repr=False)


def generated_key() -> str:
    """Return a new random key, as it is written."""
    return secrets.token_hex(GENERATED_SIZE)


def parse_key(text: str, place: str) -> SecretKey:
    """Return the key that *text* from *place* writes; `InvalidKeyError` where it writes none."""
    digits = text.strip()
    wrong = not_hex(digits)
    if wrong:
        raise InvalidKeyError(place, wrong)
    data = bytes.fromhex(digits)
    if len(data) not in SIZES:
        raise InvalidKeyError(place, f"crypto/aes: invalid key size {len(data)}")
    return SecretKey(data)


def not_hex(text: str) -> str:
    """Say why *text* is not hexadecimal, in Go's words; nothing where it is."""
    for letter in text:
        if letter not in "0123456789abcdefABCDEF":
            shown = f"U+{ord(letter):04X}" + (f" '{letter}'" if letter.isprintable() else "")
            return f"encoding/hex: invalid byte: {shown}"
    return "encoding/hex: odd length hex string" if len(text) % 2 else ""


@dataclass(frozen=True, slots=True)
class KeyPlaces:
    """Where keys are: the *environment*, the *project*'s folder, the user's *home* of werf."""

    environment: Mapping[str, str] = field(hash=False, repr=False)
    project: Path
    home: Path

    def find(self) -> SecretKey:
        """Return the key; `KeyNotFoundError` where there is none."""
        text = self.environment.get(VARIABLE, "").strip()
        if text:
            return parse_key(text, f"${VARIABLE}")
        for path in self._files():
            if path.is_file():
                return parse_key(_text(path), f'"{path}"')
        raise KeyNotFoundError((f"${VARIABLE}", *map(str, self._files())))

    def find_old(self) -> SecretKey:
        """Return the key that is to be replaced."""
        text = self.environment.get(OLD_VARIABLE, "").strip()
        if not text:
            hint = f"put the key that the secrets have now into ${OLD_VARIABLE}"
            raise KeyNotFoundError((f"${OLD_VARIABLE}",), hint)
        return parse_key(text, f"${OLD_VARIABLE}")

    def _files(self) -> tuple[Path, ...]:
        return self.project / PROJECT_FILE, self.home / HOME_FILE


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError as error:
        problem = (error.strerror or str(error)).lower()
        raise SecretFileError("read the secret key", str(path), problem) from error
