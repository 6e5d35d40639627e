"""Ctrl-C and SIGTERM, as what they end sees them."""


def interrupt_of(error: BaseException) -> KeyboardInterrupt | None:
    """Return the interrupt that *error* is or that Python hid in it, ``None`` where it is none.

    Until Python 3.12 whatever is raised while a class is made, which may be at any import, comes
    as a `RuntimeError` ("Error calling __set_name__").
    """
    while isinstance(error, RuntimeError) and error.__cause__ is not None:
        error = error.__cause__
    return error if isinstance(error, KeyboardInterrupt) else None
