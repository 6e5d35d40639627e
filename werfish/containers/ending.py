"""How commands in containers end, in words."""

_KILLED = 128 + 9
"""What a shell, and Docker, say of a program that SIGKILL ended: the kernel's, if it needs room."""


def container_ending(code: int) -> str:
    """Say that a command ended with exit *code*, and what that tells of its end."""
    told = ": it was killed, perhaps for lack of memory" if code == _KILLED else ""
    return f"ended with exit code {code}{told}"
