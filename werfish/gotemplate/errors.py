"""What can go wrong in a template, with the place where it did.

The texts are Go's: ``template: NAME:LINE:COLUMN: executing "NAME" at <EXPRESSION>: what``.
"""


class GoError(Exception):
    """What a function says went wrong, without the place; the engine adds the place.

    Go's functions return errors or panic; a function here raises this with the same text.
    """


class TemplateError(Exception):
    """A template cannot be parsed or executed.

    *template* is its name; *line* begins at 1 and *column* (bytes, from 0 as Go counts; -1 where
    Go gives none) says where; *expression* is the part of the action that was evaluated, in
    *executing*: the template itself, or one that it defines. *offset* (characters, from 0) is where
    the text is no template any more, -1 where it is one.
    """

    def __init__(
        self,
        template: str,
        line: int,
        message: str,
        *,
        column: int = -1,
        expression: str = "",
        executing: str = "",
        offset: int = -1,
    ) -> None:
        """Compose the text as Go does, and keep its parts."""
        self.template, self.line, self.column = template, line, column
        self.expression, self.message = expression, message
        self.executing, self.offset = executing or template, offset
        super().__init__(self._text())

    def _text(self) -> str:
        place = f"template: {self.template}:{self.line}"
        if self.column >= 0:
            place += f":{self.column}"
        if self.expression:
            place += f': executing "{self.executing}" at <{self.expression}>'
        return f"{place}: {self.message}"


class ParseError(TemplateError):
    """The text is not a template."""


class ExecutionError(TemplateError):
    """The template could not be rendered with its data."""
