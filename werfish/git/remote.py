"""Remotes, by GitPython. It takes a tenth of a second to import: nothing hot comes here."""

from pathlib import Path


def origin_url(root: Path) -> str:
    """Return the URL of the remote ``origin``, empty where there is none."""
    from git import Repo

    with Repo(root) as repository:
        urls = {remote.name: remote.url for remote in repository.remotes}
    return urls.get("origin", "")
