"""What a build did, for programs: JSON, or variables for a shell.

The variables are ``WERFISH_<IMAGE>_…``, with the image's name in capitals and everything that no
variable may have as ``_``; the nameless image's have no name.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from werfish.build.adapters import BuildAdapters
from werfish.build.chains import BuiltChain, BuiltStage


def build_report(chains: Sequence[BuiltChain], adapters: BuildAdapters, form: str) -> str:
    """Return the report of *chains* in *form*, one of `FORMS`."""
    return "\n".join(FORMS[form](chains, adapters)) + "\n"


def _json(chains: Sequence[BuiltChain], adapters: BuildAdapters) -> Iterator[str]:
    images = {chain.image.title: _image(chain, adapters) for chain in chains}
    yield json.dumps({"images": images}, indent=2, ensure_ascii=False)


def _env(chains: Sequence[BuiltChain], adapters: BuildAdapters) -> Iterator[str]:
    for chain in chains:
        name = re.sub(r"[^A-Z0-9]", "_", chain.image.name.upper())
        prefix = f"WERFISH_{name}_" if name else "WERFISH_"
        yield f"{prefix}IMAGE={chain.last.reference}"
        yield f"{prefix}IMAGE_ID={chain.last.image_id}"
        yield f"{prefix}SIGNATURE={chain.signature}"
        yield f"{prefix}REBUILT={'true' if chain.rebuilt else 'false'}"


FORMS: Mapping[str, Callable[[Sequence[BuiltChain], BuildAdapters], Iterator[str]]] = {
    "json": _json,
    "env": _env,
}


def _image(chain: BuiltChain, adapters: BuildAdapters) -> dict[str, object]:
    return {
        "reference": chain.last.reference,
        "imageId": chain.last.image_id,
        "platform": chain.image.platform,
        "signature": str(chain.signature),
        "size": adapters.backend.size(adapters.storage.image(chain.last)),
        "rebuilt": bool(chain.rebuilt),
        "seconds": round(sum(stage.seconds for stage in chain.stages), 3),
        "stages": [_stage(stage) for stage in chain.stages],
    }


def _stage(built: BuiltStage) -> dict[str, object]:
    return {
        "name": built.stage.title,
        "digest": str(built.stage.digest),
        "reference": built.stored.reference,
        "imageId": built.stored.image_id,
        "rebuilt": bool(built.reason),
        "reason": built.reason,
        "seconds": round(built.seconds, 3),
    }
