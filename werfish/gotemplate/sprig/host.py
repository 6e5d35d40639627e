"""What sprig's functions need from outside, so that rendering stays a function of its arguments."""

from collections.abc import Callable

from stages.light_dataclass import dataclass
from werfish.gotemplate.sprig.times.zones import Zone


@dataclass(frozen=True, slots=True)
class Host:
    """The clock, the local time zone and the randomness of whoever renders."""

    now: Callable[[], int]
    """Nanoseconds since 1970, as `time.time_ns`."""

    zone: Zone
    """What templates call ``Local``."""

    random: Callable[[int], bytes]
    """So many random bytes, as `secrets.token_bytes`: keys and passwords are made of them."""

    def random_below(self, bound: int) -> int:
        """Return a number from 0 to *bound* - 1, each as likely; *bound* is at least 1."""
        size = (bound.bit_length() + 7) // 8
        most = 256**size // bound * bound
        while (number := int.from_bytes(self.random(size), "big")) >= most:
            pass
        return number % bound
