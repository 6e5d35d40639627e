"""Tables of functions laid over one another; none is looked into before it is asked."""

from collections.abc import Iterator, Mapping

from werfish.gotemplate.signatures import Function


class FunctionTable(Mapping[str, Function]):
    """Functions by name; of several tables that have a name the first one counts."""

    def __init__(self, *tables: Mapping[str, Function]) -> None:
        """Lay *tables* over one another, the first on top."""
        self._homes: dict[str, Mapping[str, Function]] = {}
        for table in reversed(tables):
            self.put(table)

    def put(self, table: Mapping[str, Function]) -> None:
        """Lay *table* on top."""
        self._homes.update(dict.fromkeys(table, table))

    def __getitem__(self, name: str) -> Function:
        """Return the function *name*."""
        return self._homes[name][name]

    def __contains__(self, name: object) -> bool:
        """Tell whether there is a function *name*."""
        return name in self._homes

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self._homes)

    def __len__(self) -> int:
        """Count the names."""
        return len(self._homes)
