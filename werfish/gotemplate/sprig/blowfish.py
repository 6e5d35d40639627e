"""The cipher Blowfish with bcrypt's costly key schedule. Its tables are the digits of pi."""

from functools import cache

_ROUNDS = 16
_WORDS = _ROUNDS + 2 + 4 * 256
_MASK = 0xFFFFFFFF


@cache
def _pi_words() -> tuple[int, ...]:
    """Return the fraction of pi in words of 32 bits, by Machin's formula."""
    guard = 64
    unit = 1 << 32 * _WORDS + guard
    fraction = 4 * (4 * _arctangent(unit, 5) - _arctangent(unit, 239)) - 3 * unit
    bits = fraction >> guard
    return tuple(bits >> 32 * at & _MASK for at in reversed(range(_WORDS)))


def _arctangent(unit: int, inverse: int) -> int:
    """Return arctan(1 / *inverse*) times *unit*."""
    power = total = unit // inverse
    divisor, sign = 3, -1
    while power:
        power //= inverse * inverse
        total += sign * (power // divisor)
        divisor, sign = divisor + 2, -sign
    return total


class Blowfish:
    """The tables of the cipher, which keys change."""

    __slots__ = ("boxes", "keys")

    def __init__(self) -> None:
        """Begin with the digits of pi."""
        words = list(_pi_words())
        self.keys = words[: _ROUNDS + 2]
        self.boxes = [words[at : at + 256] for at in range(_ROUNDS + 2, _WORDS, 256)]

    def encrypt(self, left: int, right: int) -> tuple[int, int]:
        """Encrypt one block of two words."""
        s0, s1, s2, s3 = self.boxes
        keys = self.keys
        for at in range(0, _ROUNDS, 2):
            left ^= keys[at]
            mixed = (s0[left >> 24] + s1[left >> 16 & 255]) ^ s2[left >> 8 & 255]
            right ^= (mixed + s3[left & 255] & _MASK) ^ keys[at + 1]
            mixed = (s0[right >> 24] + s1[right >> 16 & 255]) ^ s2[right >> 8 & 255]
            left ^= mixed + s3[right & 255] & _MASK
        return right ^ keys[_ROUNDS + 1], left ^ keys[_ROUNDS]

    def expand(self, key: bytes, salt: bytes) -> None:
        """Mix *key* into the tables, and *salt* where there is one."""
        words = _cycled(key, len(self.keys))
        self.keys = [mine ^ word for mine, word in zip(self.keys, words, strict=True)]
        salts = _cycled(salt, 4) if salt else [0, 0, 0, 0]
        left = right = turn = 0
        for table in (self.keys, *self.boxes):
            for at in range(0, len(table), 2):
                left, right = self.encrypt(left ^ salts[turn], right ^ salts[turn + 1])
                table[at], table[at + 1] = left, right
                turn ^= 2


def _cycled(data: bytes, count: int) -> list[int]:
    """Return *count* words of *data*, repeated from its beginning as often as needed."""
    repeated = data * (4 * count // len(data) + 1)
    return [int.from_bytes(repeated[4 * at : 4 * at + 4], "big") for at in range(count)]
