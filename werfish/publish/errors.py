"""What is wrong with how an image is to be named or tagged."""

from werfish.errors import ConfigError


class NamingError(ConfigError):
    """The images' repository and an image's name do not go together."""


class TagError(ConfigError):
    """No tag was chosen, too many were, or one is not a tag."""


class NotFinalError(ConfigError):
    """An image was named to be published that never is."""

    def __init__(self, image: str) -> None:
        """Name it."""
        super().__init__(
            f'publish image "{image}": it is not final: an artifact, or with "final: false"',
            hint="name a final image, or none: then all of them are published",
        )


class NoTagError(TagError):
    """No tag was asked for where one is needed: an option is missing."""
