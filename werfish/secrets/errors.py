"""What can go wrong with secrets. No message ever holds a secret, a key or what was encrypted."""

from collections.abc import Sequence

from werfish.errors import SecretError


class KeyNotFoundError(SecretError):
    """No key was found in any of its places."""

    def __init__(self, places: Sequence[str], hint: str = "") -> None:
        """Name the places in the order in which they were tried."""
        tried = ", ".join(f"'{place}'" for place in places)
        super().__init__(
            f"find the secret key: encryption key not found in: {tried}",
            hint=hint
            or "secrets that are there need the key that made them; for the first ones"
            " make one with: werfish helm secret generate-secret-key",
        )
        self.places = tuple(places)


class InvalidKeyError(SecretError):
    """What was found is no key."""

    def __init__(self, place: str, problem: str) -> None:
        """Name the *place* of the key, and what is wrong with it."""
        super().__init__(
            f"read the secret key from {place}: check encryption key: {problem}",
            hint="a key is 32, 48 or 64 hexadecimal digits",
        )
        self.place = place


class DecryptError(SecretError):
    """Data cannot be decrypted: it is no secret, or another key made it."""

    def __init__(self, what: str, problem: str) -> None:
        """Say *what* was to be decrypted, and what is wrong with it."""
        super().__init__(f"decrypt {what}: decryption failed: {problem}")
        self.problem = problem


class SecretFileError(SecretError):
    """A file of secrets cannot be read, written or understood."""

    def __init__(self, doing: str, path: str, problem: str, *, hint: str = "") -> None:
        """Say what was being done to the file at *path*, and what went wrong."""
        super().__init__(f'{doing} "{path}": {problem}', hint=hint)
        self.path = path
