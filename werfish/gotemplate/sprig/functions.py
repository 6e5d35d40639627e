"""All functions of sprig v3.3 but ``env`` and ``expandenv``.

Those are given by whoever knows what a template may see of the environment.
"""

from werfish.gotemplate.signatures import Function
from werfish.gotemplate.sprig import (
    certificates,
    chance,
    ciphers,
    dates,
    defaults,
    dicts,
    encoding,
    hashing,
    json_functions,
    lists,
    network,
    numbers,
    paths,
    reflection,
    regex,
    strings,
    urls,
    versions,
)
from werfish.gotemplate.sprig.host import Host


def sprig_functions(host: Host) -> dict[str, Function]:
    """Return sprig's functions by name; those that need a clock or randomness ask *host*."""
    return {
        **defaults.FUNCTIONS,
        **dicts.FUNCTIONS,
        **encoding.FUNCTIONS,
        **json_functions.FUNCTIONS,
        **lists.FUNCTIONS,
        **network.FUNCTIONS,
        **numbers.FUNCTIONS,
        **paths.FUNCTIONS,
        **reflection.FUNCTIONS,
        **regex.FUNCTIONS,
        **strings.FUNCTIONS,
        **urls.FUNCTIONS,
        **versions.FUNCTIONS,
        **certificates.functions(host),
        **chance.functions(host),
        **ciphers.functions(host),
        **dates.functions(host),
        **hashing.functions(host),
    }
