"""Read decimal digits of any number: Python itself refuses more than some thousands."""

_ENOUGH = 40


def number_of(digits: str) -> int:
    """Return the number that ASCII *digits* write; one of more than 40 digits is 10**40.

    That is more than anything here holds, and so out of range wherever the exact number is.
    """
    plain = digits.lstrip("0")
    return 10**_ENOUGH if len(plain) > _ENOUGH else int(plain or "0")
