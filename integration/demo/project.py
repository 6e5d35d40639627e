"""The user's project: the first example as a git repository of its own."""

import shutil
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / ".helm-examples" / "web"
MESSAGE = Path("site/message.txt")
FIRST_MESSAGE = (EXAMPLE / MESSAGE).read_text().strip()
SECOND_MESSAGE = "Hello again, from the second commit"


def copy_example(folder: Path, project: str) -> None:
    """Copy the example into *folder*, under the name *project*: nothing of yours is touched."""
    shutil.copytree(EXAMPLE, folder)
    configuration = folder / "werf.yaml"
    text = configuration.read_text()
    configuration.write_text(text.replace("project: web\n", f"project: {project}\n", 1))


def change_message(folder: Path) -> None:
    """Change the one file of the second commit."""
    (folder / MESSAGE).write_text(f"{SECOND_MESSAGE}\n")
