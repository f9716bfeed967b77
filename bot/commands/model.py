"""`advisor model`: the embedding model, made where torch is for machines where it isn't."""

from pathlib import Path
from typing import Annotated

import typer

from retrieval.model.exported import EXPORT_NAME, export_once

model_app = typer.Typer(help="The embedding model that ships.", no_args_is_help=True)


@model_app.command("export")
def model_export(
    folder: Annotated[Path, typer.Argument(help="Where it goes; made if it is missing.")],
) -> None:
    """Export the model into a folder for ADVISOR_MODEL_DIR: of the image, or of other machines."""
    made = folder / EXPORT_NAME
    export_once(made)
    # Whoever serves from there may be another account; the model is public.
    for file in made.iterdir():
        file.chmod(0o644)
    print(f"The model is in {made.resolve()}. Set ADVISOR_MODEL_DIR to {folder.resolve()}.")
