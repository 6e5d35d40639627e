"""What is wrong with how an image is to be named or tagged."""

from werfish.errors import ConfigError


class NamingError(ConfigError):
    """The images' repository and an image's name do not go together."""


class TagError(ConfigError):
    """No tag was chosen, too many were, or one is not a tag."""


class NoTagError(TagError):
    """No tag was asked for where one is needed: an option is missing."""
