"""``getHostByName`` without a network: only what is an address already has an answer."""

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.signatures import Function, function


def address_of(name: str) -> str:
    """Return *name* where it is an address; a name would have to be asked for in a network."""
    from ipaddress import ip_address

    try:
        ip_address(name)
    except ValueError as error:
        raise GoError(f'look up "{name}": templates are rendered without a network') from error
    return name


FUNCTIONS: dict[str, Function] = {"getHostByName": function(address_of, "string")}
"""The functions about the network."""
