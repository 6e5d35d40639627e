"""The one error of the demonstration."""


class DemoError(Exception):
    """Something was not as werfish promises, or could not be tried; the text is for the reader."""
