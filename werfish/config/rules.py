"""What single texts of a configuration must be like; each rule says what is wrong, or nothing."""

import posixpath
import re
from collections.abc import Callable, Mapping

from werfish.config import slug
from werfish.config.release_name import namespace_template, release_template
from werfish.oci.reference import parse_reference

_PLATFORM = re.compile(r"[a-z0-9]+/[a-z0-9]+(/[a-z0-9.]+)?")
_NO_VALUE = "<no value>"
_NUMBER = re.compile("[0-9]{1,9}")
_GATEWAY = "host-gateway"  # the machine that builds, whichever address that has
_REMOTE = re.compile(r".*[:/](?P<name>.*?/[^/ ]+?)(?:\.git)?/?")


def absolute(text: str) -> str:
    """Want a path that begins at the root."""
    if text.startswith("/") or not text.strip():
        return not_empty(text)
    plain = text.removeprefix("./")
    wanted = f'write "/{plain}"' if plain[:1].isalnum() else 'begin it with "/"'
    return f'"{text}" is not absolute; {wanted}'


def below_root(text: str) -> str:
    """Want an absolute path that is not the whole image."""
    is_root = text.startswith("/") and clean(text) == "/"
    return f'"{text}" is the whole image; name a folder in it' if is_root else absolute(text)


def relative(text: str) -> str:
    """Want a path or glob that does not begin at the root."""
    wanted = text.lstrip("/") or "."
    if text.startswith("/"):
        return f'"{text}" is not relative; write "{wanted}"'
    return not_empty(text)


def inside(text: str) -> str:
    """Want a relative path that does not lead out of the project's folder."""
    return relative(text) or (leads_out(text) if _is_outside(text) else "")


def inside_context(text: str) -> str:
    """Want a relative path that does not lead out of the build context."""
    return relative(text) or (f'"{text}" leads out of the context' if _is_outside(text) else "")


def leads_out(path: str) -> str:
    """Say that *path* is not in the project."""
    return f'"{path}" leads out of the project\'s folder, where nothing is read'


def _is_outside(path: str) -> bool:
    return posixpath.normpath(path).split("/")[0] == ".."


def not_empty(text: str) -> str:
    """Want any text at all."""
    return "" if text.strip() else "it is empty"


def not_blank(text: str) -> str:
    """Refuse what has spaces alone; nothing at all is fine."""
    return not_empty(text) if text else ""


def base_image(text: str) -> str:
    """Want the name of an image in a registry."""
    if _NO_VALUE in text:
        return f'"{text}" has what a template prints for a value that is not there'
    try:
        parse_reference(text.strip())
    except ValueError as error:
        return not_empty(text) or str(error)
    return ""


def ports(text: str) -> str:
    """Want ports as EXPOSE has them; what variables of the image stand for is not known yet."""
    if "$" in text:
        return ""
    from werfish.dockerfile.directives import ports_of

    try:
        ports_of(text)
    except ValueError as error:
        return str(error)
    return ""


def named_ports(text: str) -> str:
    """Want ports, or an empty text: that there are none, where no others are named."""
    return ports(text) if text else ""


def health_check(text: str) -> str:
    """Want a health check as a Dockerfile has it."""
    from werfish.dockerfile.directives import health_of

    try:
        health_of(text)
    except ValueError as error:
        return not_empty(text) or str(error)
    return ""


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


def extra_host(text: str) -> str:
    """Want a host's name and its address, as ``docker build --add-host`` takes them."""
    name, _, address = text.strip().partition("=" if "=" in text else ":")
    if address.startswith("[") and address.endswith("]"):
        address = address[1:-1]
    if name and (address == _GATEWAY or _is_address(address)):
        return ""
    return not_empty(text) or f'"{text}" is not HOST:IP, such as "db.test:10.1.2.3"'


def _is_address(text: str) -> bool:
    from ipaddress import ip_address

    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def platform(text: str) -> str:
    """Want an operating system and an architecture as OCI names them."""
    if _PLATFORM.fullmatch(text):
        return ""
    return f'"{text}" is not a platform; write os/arch, such as linux/amd64 or linux/arm/v7'


def duration(text: str) -> str:
    """Want a length of time as Go writes it."""
    if nanoseconds(text) is None:
        return f'"{text}" is not a length of time; write one such as 168h or 1h30m'
    return f'"{text}" is less than 0' if text.startswith("-") else ""


def seconds(text: str) -> str:
    """Want whole seconds: a number of them, or a length of time as Go writes it."""
    if _NUMBER.fullmatch(text):
        return ""
    wrong = duration(text)
    if wrong or not (nanoseconds(text) or 0) % 10**9:
        return wrong
    return f'"{text}" is no whole number of seconds'


def nanoseconds(text: str) -> int | None:
    """Return the length of time that *text* writes, ``None`` where Go has no room for it."""
    from werfish.gotemplate.errors import GoError
    from werfish.gotemplate.sprig.times.duration import parse_duration

    try:
        return int(parse_duration(text))
    except GoError:
        return None


def not_negative(text: str) -> str:
    """Want a number that is no less than nothing."""
    return f"{text} is less than 0" if text.startswith("-") else ""


def name_or_pattern(text: str) -> str:
    """Want a name, or a regular expression of Go's between slashes."""
    if not is_pattern(text):
        half = f'"{text}" has a slash at one end only; write /{text.strip("/")}/ or take it off'
        return half if text.startswith("/") else not_empty(text)
    from werfish.gotemplate.sprig.re2.errors import RegexError
    from werfish.gotemplate.sprig.re2.syntax import translate

    try:
        translate(text[1:-1])
    except RegexError as error:
        return f'"{text}" is not a regular expression: {error.reason}: {error.part}'
    return ""


def is_pattern(text: str) -> bool:
    """Whether *text* is written as a regular expression: ``/^release-/``."""
    return len(text) > 1 and text.startswith("/") and text.endswith("/")


def remote_url(text: str) -> str:
    """Want an address of a repository whose path has an owner and a name."""
    if _REMOTE.fullmatch(text):
        return ""
    return f'"{text}" is not an address of a repository; write one such as https://HOST/OWNER/NAME'


def remote_name(url: str) -> str:
    """Return what the repository at *url* is called: the last two steps of its path."""
    match = _REMOTE.fullmatch(url)
    return match["name"] if match else ""


def clean(path: str) -> str:
    """Return the absolute *path* without ``.``, ``..``, doubled slashes and a slash at its end."""
    return "/" + posixpath.normpath(path).lstrip("/")


PATTERNS: Mapping[Callable[[str], str], str] = {
    absolute: "^/",
    below_root: r"^/+[^/]",
    relative: "^(?!/)",
    inside: r"^(?!/|\.\.(/|$))",
    inside_context: r"^(?!/|\.\.(/|$))",
    not_empty: r"\S",
    base_image: r"\S",
    release_template: r"\S",
    namespace_template: r"\S",
    project_name: "^(?:[a-z0-9]|[a-z0-9][a-z0-9-]{0,48}[a-z0-9])$",
    config_version: "^1$",
    variable_name: "^[^=]+$",
    extra_host: ".[=:].",
    platform: f"^{_PLATFORM.pattern}$",
}
"""What a JSON Schema can say of a rule: a regular expression that every right text matches."""
