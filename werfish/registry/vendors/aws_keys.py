"""AWS's access keys, from the environment or from a profile of its credentials file.

See https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html. Roles, single sign-on
and machines' own identities are not asked: ``aws configure export-credentials`` turns them into
variables.
"""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from stages.light_dataclass import dataclass
from werfish.registry.errors import CredentialsError


@dataclass(frozen=True, slots=True)
class Keys:
    """An access key: its *id*, its *secret*, and the *token* of a temporary one."""

    id: str
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)


def find_keys(environment: Mapping[str, str], home: Path) -> Keys | None:
    """Return the keys that AWS's programs would take first, or ``None``."""
    found = _keys(
        environment.get("AWS_ACCESS_KEY_ID"),
        environment.get("AWS_SECRET_ACCESS_KEY"),
        environment.get("AWS_SESSION_TOKEN"),
    )
    if found is not None:
        return found
    named = environment.get("AWS_SHARED_CREDENTIALS_FILE")
    path = Path(named).expanduser() if named else home / ".aws" / "credentials"
    return _in_file(path, environment.get("AWS_PROFILE") or "default")


def _in_file(path: Path, profile: str) -> Keys | None:
    from configparser import ConfigParser, Error

    parser = ConfigParser(interpolation=None, default_section="")
    try:
        parser.read_string(path.read_text())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, Error) as error:
        reason = (
            str(error).partition("\n")[0] if isinstance(error, OSError) else "not a profile file"
        )
        raise CredentialsError(f'read AWS\'s keys from "{path}": {reason}') from error
    if not parser.has_section(profile):
        return None
    section = parser[profile]
    return _keys(
        section.get("aws_access_key_id"),
        section.get("aws_secret_access_key"),
        section.get("aws_session_token"),
    )


def _keys(id: str | None, secret: str | None, token: str | None) -> Keys | None:
    return Keys(id, secret, token or "") if id and secret else None
