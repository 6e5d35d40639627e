"""What an image is told of others in its environment. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from stages.dependencies import Dependency, ImageFact
from werfish.oci.config import ImageConfig
from werfish.storage.stored_stage import StoredStage


def told_variables(dependency: Dependency, stored: StoredStage) -> dict[str, str]:
    """Return the variables of *dependency*, whose image is *stored*."""
    repo, _, tag = stored.reference.rpartition(":")
    facts = {
        ImageFact.NAME: stored.reference,
        ImageFact.ID: stored.image_id,
        ImageFact.DIGEST: stored.manifest or stored.image_id,
        ImageFact.REPO: repo,
        ImageFact.TAG: tag,
    }
    return {one.target: facts[one.fact] for one in dependency.facts}


def with_variables(config: ImageConfig, variables: Mapping[str, str]) -> ImageConfig:
    """Return *config* with *variables* in its environment, in the place of those it has."""
    if not variables:
        return config
    pairs = (str(entry).partition("=") for entry in config.runtime.get("Env") or ())
    environment = {**{name: value for name, _, value in pairs}, **variables}
    entries = [f"{name}={value}" for name, value in environment.items()]
    return replace(config, runtime={**config.runtime, "Env": entries})
