"""What a build did, for programs: JSON, or variables for a shell.

The variables are ``WERFISH_<IMAGE>_…``, with the image's name in capitals and everything that no
variable may have as ``_``; the nameless image's have no name. Of a build that did not succeed both
say so: JSON with what exists and why there is no more, variables of the images that are whole.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress

from stages.light_dataclass import dataclass
from werfish.actions.build import BuildOptions, selected_images
from werfish.build.adapters import BuildAdapters
from werfish.build.chains import BuiltChain, BuiltStage
from werfish.build.failures import located
from werfish.build.progress import ImageProgress, Progress
from werfish.config.model import Project
from werfish.errors import WerfishError


@dataclass(frozen=True, slots=True)
class ReportedImage:
    """An image and its *stages* that exist; without a *chain* it is not whole, for an *error*."""

    title: str
    platform: str
    stages: tuple[BuiltStage, ...]
    chain: BuiltChain | None = None
    error: str = ""

    @property
    def status(self) -> str:
        """How far it came."""
        return "built" if self.chain else "failed" if self.error else "stopped"


@dataclass(frozen=True, slots=True)
class BuildReport:
    """The *images* of a build that ended as *status* says, for an *error* if it did not succeed.

    *size_of* says how many bytes an image has, ``None`` where that is unknown.
    """

    images: tuple[ReportedImage, ...]
    size_of: Callable[[BuiltChain], int | None]
    status: str = "succeeded"
    error: str = ""


def built_report(chains: Sequence[BuiltChain], adapters: BuildAdapters) -> BuildReport:
    """Return what is reported of *chains*, all of whose stages exist."""
    images = (ReportedImage(c.image.title, c.image.platform, c.stages, c) for c in chains)
    return BuildReport(tuple(images), lambda chain: _size(chain, adapters))


def unbuilt_report(status: str, error: str) -> BuildReport:
    """Return what is reported of a build that ended before its first image."""
    return BuildReport((), lambda _: None, status, error)


def partial_report(
    progress: Progress,
    project: Project,
    options: BuildOptions,
    adapters: BuildAdapters,
    *,
    status: str,
    error: str,
) -> BuildReport:
    """Return what is reported of a build that came as far as *progress* says.

    These are the images that were selected, and others that failed.
    """
    names: set[str] = set()
    with suppress(WerfishError):
        names = {image.name for image in selected_images(project, options.images)}
    images = tuple(
        _reported(one, project)
        for one in progress.images.values()
        if one.image.name in names or one.error
    )
    return BuildReport(images, lambda chain: _known_size(chain, adapters), status, error)


def report_text(report: BuildReport, form: str, mask: Callable[[str], str] = str) -> str:
    """Return *report* in *form*, one of `FORMS`; *mask* takes secrets out of errors."""
    return "\n".join(FORMS[form](report, mask)) + "\n"


def clashes(report: BuildReport) -> Iterator[str]:
    """Say which images of *report* have the same variables: those of the last are left."""
    titles = defaultdict[str, list[str]](list)
    for chain in (one.chain for one in report.images if one.chain):
        titles[_prefix(chain)].append(chain.image.title)
    for prefix, shared in titles.items():
        if len(shared) > 1:
            named = ", ".join(f'"{title}"' for title in shared)
            yield f"images {named} share {prefix}IMAGE and its like, which tell of the last alone"


def _reported(one: ImageProgress, project: Project) -> ReportedImage:
    error = str(located(one.error, project.place_of)) if one.error else ""
    stages = one.chain.stages if one.chain else tuple(one.stages)
    return ReportedImage(one.image.title, one.image.platform, stages, one.chain, error)


def _size(chain: BuiltChain, adapters: BuildAdapters) -> int:
    return adapters.backend.size(adapters.storage.image(chain.last))


def _known_size(chain: BuiltChain, adapters: BuildAdapters) -> int | None:
    try:
        return _size(chain, adapters)
    except WerfishError:
        return None


def _json(report: BuildReport, mask: Callable[[str], str]) -> Iterator[str]:
    document = {
        "status": report.status,
        "error": mask(report.error) or None,
        "images": {one.title: _image(one, report, mask) for one in report.images},
    }
    yield json.dumps(document, indent=2, ensure_ascii=False)


def _env(report: BuildReport, _: Callable[[str], str]) -> Iterator[str]:
    yield f"WERFISH_STATUS={report.status}"
    for chain in (one.chain for one in report.images if one.chain):
        prefix = _prefix(chain)
        yield f"{prefix}IMAGE={chain.last.reference}"
        yield f"{prefix}IMAGE_ID={chain.last.image_id}"
        yield f"{prefix}SIGNATURE={chain.signature}"
        yield f"{prefix}REBUILT={'true' if chain.rebuilt else 'false'}"


def _prefix(chain: BuiltChain) -> str:
    name = re.sub(r"[^A-Z0-9]", "_", chain.image.name.upper())
    return f"WERFISH_{name}_" if name else "WERFISH_"


FORMS: Mapping[str, Callable[[BuildReport, Callable[[str], str]], Iterator[str]]] = {
    "json": _json,
    "env": _env,
}


def _image(
    one: ReportedImage, report: BuildReport, mask: Callable[[str], str]
) -> dict[str, object]:
    chain = one.chain
    return {
        "status": one.status,
        "error": mask(one.error) or None,
        "reference": chain.last.reference if chain else None,
        "imageId": chain.last.image_id if chain else None,
        "platform": one.platform,
        "signature": str(chain.signature) if chain else None,
        "size": report.size_of(chain) if chain else None,
        "rebuilt": any(stage.reason for stage in one.stages),
        "seconds": round(sum(stage.seconds for stage in one.stages), 3),
        "stages": [_stage(stage) for stage in one.stages],
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
