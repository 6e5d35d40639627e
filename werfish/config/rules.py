"""What single texts of a configuration must be like; each rule says what is wrong, or nothing."""

import posixpath

from werfish.config import slug


def absolute(text: str) -> str:
    """Want a path that begins at the root."""
    return "" if text.startswith("/") else f'"{text}" is not absolute; write "/{text}"'


def relative(text: str) -> str:
    """Want a path or glob that does not begin at the root."""
    wanted = text.lstrip("/") or "."
    return f'"{text}" is not relative; write "{wanted}"' if text.startswith("/") else ""


def not_empty(text: str) -> str:
    """Want any text at all."""
    return "" if text.strip() else "it is empty"


def project_name(text: str) -> str:
    """Want a name that fits everything that is named after the project."""
    if slug.is_project(text):
        return ""
    fit = slug.project(text)
    return (
        f'"{text}" is not a project name: use at most {slug.PROJECT_SIZE} lower-case letters, '
        "digits and dashes, with a letter or digit at both ends"
        + (f'; "{fit}" would do' if slug.is_project(fit) else "")
    )


def config_version(text: str) -> str:
    """Want the only version that there is."""
    return "" if text == "1" else f'version "{text}" is not known; write 1'


def variable_name(text: str) -> str:
    """Want the name of an environment variable or a label."""
    return f'"{text}" is not a name' if not text or "=" in text or "\0" in text else ""


def clean(path: str) -> str:
    """Return the absolute *path* without ``.``, ``..``, doubled slashes and a slash at its end."""
    return "/" + posixpath.normpath(path).lstrip("/")
