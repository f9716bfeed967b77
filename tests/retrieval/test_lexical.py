"""BM25 by a library that logs whatever it does, unless it is told not to."""

import subprocess
import sys

import pytest

from tests.conftest import PROJECT

BUILD = """
import logging
logging.basicConfig(level=logging.INFO)
{}
"""
LEXICAL = """
from pathlib import Path
from retrieval.corpus import read
from retrieval.lexical import Lexical
Lexical(read(Path("guidance_corpus"))).ranking("due diligence")
"""
PLAIN = """
import bm25s
from retrieval import plain_rag
index = plain_rag.bm25s.BM25()
index.index([["due", "diligence"]], show_progress=False)
"""


@pytest.mark.parametrize("made", [LEXICAL, PLAIN])
def test_building_an_index_of_words_says_nothing_in_the_log(made: str):
    # In a process of its own: the library sets its level when it is imported, whatever was set.
    ended = subprocess.run([sys.executable, "-c", BUILD.format(made)], cwd=PROJECT, check=True,
                           capture_output=True, text=True)
    assert (ended.stdout, ended.stderr) == ("", "")
