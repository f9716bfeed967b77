"""The options of `advisor evaluate`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Suite(StrEnum):
    """What is measured."""

    RETRIEVAL = "retrieval"
    DIALOGUE = "dialogue"
    STABILITY = "stability"
    PAIRS = "pairs"
    MUTATIONS = "mutations"
    HELD = "held"
    ALL = "all"


class Composer(StrEnum):
    """Who words the answers."""

    PLAIN = "plain"
    MODEL = "model"


class Split(StrEnum):
    """Which cases of a file that tells them apart."""

    DEV = "dev"
    TEST = "test"


GoldFiles = Annotated[list[Path] | None, typer.Option(
    exists=True, dir_okay=False,
    help="Labelled cases, JSON lines or a YAML list; may be given several times. Without it the "
    "corpus's own queries.")]
OfSuite = Annotated[Suite, typer.Option(help="What to measure.")]
Baseline = Annotated[bool, typer.Option(
    "--baseline", help="Measure plain peers beside it, their quality and their speed.")]
OfSplit = Annotated[Split | None, typer.Option(
    help="Only cases of this split; dev may be tuned on, test may not.")]
WordedBy = Annotated[Composer, typer.Option(
    help="With 'model', deals and questions are played with the language model of "
    "ADVISOR_CHAT_MODEL too, and both are shown side by side.")]
Minutes = Annotated[float | None, typer.Option(
    min=0, help="With a model: begin no further case after so many minutes.")]
Report = Annotated[Path | None, typer.Option(
    dir_okay=False, help="Write all tables into this Markdown file.")]
Plot = Annotated[Path | None, typer.Option(
    dir_okay=False, help="Draw the headline figures into this PNG file.")]
Keep = Annotated[bool, typer.Option(
    "--keep", help="Leave the figures in the data folder, for the console.")]
Draft = Annotated[bool, typer.Option(
    "--draft", help="Measure what lies in the corpus folder, before it is published.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")]
