"""A Dockerfile read as what it says: stages, and what each asks for."""

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).parents[2]
DOCKERFILE = PROJECT / "docker" / "Dockerfile"


@dataclass
class Stage:
    """One stage: its name, what it begins with, and its instructions in order."""

    name: str
    base: str
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def given(self, what: str) -> list[str]:
        """What the instructions called *what* say."""
        return [text for name, text in self.instructions if name == what]

    @property
    def env(self) -> dict[str, str]:
        """The environment that it sets."""
        words = [word for text in self.given("ENV") for word in shlex.split(text)]
        return dict(word.split("=", 1) for word in words)

    def command(self, what: str) -> list[str]:
        """The last exec form of *what*; what stands before the brackets are options."""
        found = json.loads(re.search(r"\[.*\]", self.given(what)[-1])[0])
        assert all(isinstance(word, str) for word in found)
        return found


def stages(file: Path = DOCKERFILE) -> dict[str, Stage]:
    """The stages of *file*, by name."""
    lines = [line for line in file.read_text("utf-8").splitlines()
             if not line.lstrip().startswith("#")]
    found: dict[str, Stage] = {}
    stage = None
    for line in re.sub(r"\\\n", " ", "\n".join(lines)).splitlines():
        name, _, text = line.strip().partition(" ")
        if name == "FROM":
            base, name = re.fullmatch(r"(\S+) AS (\S+)", text).groups()
            stage = found[name] = Stage(name, base)
        elif name and stage is not None:
            stage.instructions.append((name, " ".join(text.split())))
    return found
