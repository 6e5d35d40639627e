"""Tables of functions laid over one another; none is looked into before it is asked."""

from collections.abc import Iterator, Mapping

from werfish.gotemplate.signatures import Function


class FunctionTable(Mapping[str, Function]):
    """Functions by name; of several tables that have a name the first one counts."""

    def __init__(self, *tables: Mapping[str, Function]) -> None:
        """Lay *tables* over one another, the first on top."""
        self._tables = list(tables)

    def put(self, table: Mapping[str, Function]) -> None:
        """Lay *table* on top."""
        self._tables.insert(0, table)

    def __getitem__(self, name: str) -> Function:
        """Return the function *name*."""
        for table in self._tables:
            if name in table:
                return table[name]
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        """Tell whether there is a function *name*."""
        return any(name in table for table in self._tables)

    def __iter__(self) -> Iterator[str]:
        """Go through the names, each once."""
        return iter(dict.fromkeys(name for table in self._tables for name in table))

    def __len__(self) -> int:
        """Count the names."""
        return sum(1 for _ in self)
