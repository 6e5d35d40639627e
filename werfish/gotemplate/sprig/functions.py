"""All functions of sprig v3.3 but ``env`` and ``expandenv``, each loaded when it is called for.

Those two are given by whoever knows what a template may see of the environment. Loading all of the
rest would take a tenth of a second, and a template uses a few.
"""

import importlib
from collections.abc import Iterator, Mapping

from werfish.gotemplate.signatures import Function
from werfish.gotemplate.sprig.host import Host

_NAMES = {
    "certificates": """
        buildCustomCert genCA genCAWithKey genPrivateKey genSelfSignedCert
        genSelfSignedCertWithKey genSignedCert genSignedCertWithKey
    """,
    "chance": """
        randAlpha randAlphaNum randAscii randBytes randInt randNumeric shuffle uuidv4
    """,
    "ciphers": """
        decryptAES encryptAES
    """,
    "dates": """
        ago date dateInZone dateModify date_in_zone date_modify duration durationRound
        htmlDate htmlDateInZone mustDateModify mustToDate must_date_modify now toDate
        unixEpoch
    """,
    "defaults": """
        all any coalesce default empty fail ternary
    """,
    "dicts": """
        deepCopy dict dig get hasKey keys merge mergeOverwrite mustDeepCopy mustMerge
        mustMergeOverwrite omit pick pluck set unset values
    """,
    "encoding": """
        b32dec b32enc b64dec b64enc
    """,
    "hashing": """
        adler32sum bcrypt derivePassword htpasswd sha1sum sha256sum sha512sum
    """,
    "json_functions": """
        fromJson mustFromJson mustToJson mustToPrettyJson mustToRawJson toJson toPrettyJson
        toRawJson
    """,
    "lists": """
        append chunk compact concat first has initial last list mustAppend mustChunk
        mustCompact mustFirst mustHas mustInitial mustLast mustPrepend mustPush mustRest
        mustReverse mustSlice mustUniq mustWithout prepend push rest reverse slice tuple
        uniq without
    """,
    "network": """
        getHostByName
    """,
    "numbers": """
        add add1 add1f addf atoi biggest ceil div divf float64 floor int int64 max maxf min
        minf mod mul mulf round seq sub subf toDecimal until untilStep
    """,
    "paths": """
        base clean dir ext isAbs osBase osClean osDir osExt osIsAbs
    """,
    "reflection": """
        deepEqual kindIs kindOf typeIs typeIsLike typeOf
    """,
    "regex": """
        mustRegexFind mustRegexFindAll mustRegexMatch mustRegexReplaceAll
        mustRegexReplaceAllLiteral mustRegexSplit regexFind regexFindAll regexMatch
        regexQuoteMeta regexReplaceAll regexReplaceAllLiteral regexSplit
    """,
    "strings": """
        abbrev abbrevboth camelcase cat contains hasPrefix hasSuffix hello indent initials
        join kebabcase lower nindent nospace plural quote repeat replace snakecase sortAlpha
        split splitList splitn squote substr swapcase title toString toStrings trim trimAll
        trimPrefix trimSuffix trimall trunc untitle upper wrap wrapWith
    """,
    "urls": """
        urlJoin urlParse
    """,
    "versions": """
        semver semverCompare
    """,
}
MODULES: Mapping[str, str] = {
    name: module for module, names in _NAMES.items() for name in names.split()
}
"""Which module of this package each function is in."""


class SprigFunctions(Mapping[str, Function]):
    """Sprig's functions by name; those that need a clock or randomness ask *host*."""

    def __init__(self, host: Host) -> None:
        """Load nothing yet."""
        self._host = host
        self._loaded: dict[str, Function] = {}

    def __getitem__(self, name: str) -> Function:
        """Return the function *name*, with its whole module loaded."""
        if name not in self._loaded:
            self._loaded.update(functions_of(MODULES[name], self._host))
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        """Tell whether there is a function *name*, without loading it."""
        return name in MODULES

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(MODULES)

    def __len__(self) -> int:
        """Count the functions."""
        return len(MODULES)


def sprig_functions(host: Host) -> Mapping[str, Function]:
    """Return sprig's functions by name."""
    return SprigFunctions(host)


def functions_of(module: str, host: Host) -> Mapping[str, Function]:
    """Return the functions of one *module* of this package."""
    loaded = importlib.import_module(f"werfish.gotemplate.sprig.{module}")
    given: Mapping[str, Function] = (
        loaded.functions(host) if hasattr(loaded, "functions") else loaded.FUNCTIONS
    )
    return given
