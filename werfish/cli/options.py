"""The one factory of options.

An option names its variables explicitly: ``WERF_<OPTION>`` as in werf, further names, or a family
of numbered variables (``WERF_SET_*``) in name order. Variables of a repeatable option come before
what the command line says. True and false are werf's words.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import click

TRUE_WORDS = ("1", "true", "yes")
FALSE_WORDS = ("0", "false", "no")

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class WerfOption(click.Option):
    """An option with explicit variables.

    *variables* are tried in order; with *family* every variable whose name begins so counts, but
    for names that begin with one of *not_family*.
    """

    def __init__(
        self,
        *arguments: Any,
        variables: Sequence[str] = (),
        family: str = "",
        not_family: Sequence[str] = (),
        **keywords: Any,
    ) -> None:
        """Pass what is click's on to click; `click.Option` says what that is."""
        super().__init__(*arguments, **keywords)
        self.variables = tuple(variables)
        self.family = family
        self.not_family = tuple(not_family)

    @property
    def variable_names(self) -> str:
        """The variables for people: ``$WERF_ENV``, ``$WERF_SET_*``."""
        names = [*self.variables, *([self.family + "*"] if self.family else [])]
        return ", ".join(f"${name}" for name in names)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Add the variables to the line of help."""
        record = super().get_help_record(ctx)
        if record is None or not self.variable_names:
            return record
        return record[0], f"{record[1]}  [{self.variable_names}]"

    def consume_value(self, ctx: click.Context, opts: Any) -> tuple[Any, Any]:
        """Put the values of a family before those of the command line."""
        value, source = super().consume_value(ctx, opts)
        if not self.multiple or source is not click.core.ParameterSource.COMMANDLINE:
            return value, source
        return (*(self._from_environment() or ()), *value), source

    def resolve_envvar_value(self, ctx: click.Context) -> Any:
        """Return what the variables say, or ``None``."""
        values = self._from_environment()
        if not values:
            return None
        return values if self.multiple else values[0]

    def value_from_envvar(self, ctx: click.Context) -> Any:
        """Return the value; a repeatable option takes each variable as one value, unsplit."""
        value = self.resolve_envvar_value(ctx)
        if value is not None and self.is_flag:
            words = FALSE_WORDS if self.default is True else TRUE_WORDS
            return (value in words) is not (self.default is True)
        return value

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        """Name the variable where it is what is wrong."""
        try:
            return super().process_value(ctx, value)
        except click.BadParameter as error:
            source = ctx.get_parameter_source(self.name) if self.name else None
            if source is click.core.ParameterSource.ENVIRONMENT:
                names = [name for name in self.variables if os.environ.get(name)]
                error.param_hint = [f"${name}" for name in names[:1]] or None
            raise

    def _from_environment(self) -> tuple[str, ...]:
        names = [name for name in self.variables if os.environ.get(name)]
        if self.family:
            names += sorted(
                name
                for name in os.environ
                if name.startswith(self.family) and not name.startswith(self.not_family)
            )
        return tuple(os.environ[name] for name in names)


def option(*flags: str, **keywords: Any) -> Decorator:
    """Declare an option as `WerfOption` takes it."""
    return click.option(*flags, cls=WerfOption, **keywords)


def flag(name: str, *, default: bool = False, **keywords: Any) -> Decorator:
    """Declare ``--name/--no-name``; ``--name=true`` is understood too (see `WerfCommand`)."""
    return option(f"--{name}/--no-{name}", default=default, is_flag=True, **keywords)


def is_from_environment(name: str) -> bool:
    """Tell whether the parameter *name* of the command that runs has its value from a variable."""
    source = click.get_current_context().get_parameter_source(name)
    return source is click.core.ParameterSource.ENVIRONMENT


@dataclass(slots=True)
class Reporting:
    """How an error is to be reported: what the command that runs says of colours.

    *mask* takes out the secrets that its log has been told of.
    """

    color_mode: str = "auto"
    mask: Callable[[str], str] = str

    @staticmethod
    def heed(mask: Callable[[str], str]) -> None:
        """Have an error of the command that runs now be reported through *mask*, too."""
        context = click.get_current_context(silent=True)
        if context is not None and isinstance(context.obj, Reporting):
            before = context.obj.mask
            context.obj.mask = lambda text: mask(before(text))


class WerfCommand(click.Command):
    """A command that takes ``--flag=true`` and ``--flag=false`` as werf does."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Write a flag's value as the flag itself before click sees it."""
        flags = {
            opt
            for param in self.params
            if isinstance(param, click.Option) and param.is_flag
            for opt in param.opts
        }
        return super().parse_args(ctx, [_plain_flag(arg, flags) for arg in args])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; who started it is told in which colours, to report errors so too."""
        if isinstance(ctx.obj, Reporting):
            ctx.obj.color_mode = ctx.params.get("log_color_mode", "auto")
        return super().invoke(ctx)


def _plain_flag(argument: str, flags: set[str]) -> str:
    name, equals, value = argument.partition("=")
    if not equals or name not in flags:
        return argument
    if value.lower() in TRUE_WORDS:
        return name
    if value.lower() in FALSE_WORDS:
        return f"--no-{name.removeprefix('--')}"
    return argument


def grouped(*decorators: Decorator) -> Decorator:
    """Make one decorator of several, so that help shows the options in this order."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate
