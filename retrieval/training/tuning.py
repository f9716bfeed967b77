# torch is imported by whoever tunes, never by whoever serves.
# ruff: noqa: PLC0415
"""Learns `adapter.safetensors` from the corpus: an hour on two cores, `make adapter`.

Four tasks share one adapter and take turns; `retrieval.training.tuner` has them.

The cases that quality is judged on (`evaluation.yaml`, `tests/gold`) take no part in it.  Seeds
are fixed, but sums differ between machines, so another run gives another adapter of like quality;
the digest of the adapter is part of every release's.
"""

import argparse
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from retrieval import adapter
from retrieval.training.material import read_material
from retrieval.training.tuner import Tuner

STEPS = 2000
SAVED_EVERY = 100
"""Steps after which what was learned so far is written: a machine may be taken away."""


def main() -> int:
    """Tune on a corpus and write the adapter."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=Path("guidance_corpus"))
    parser.add_argument("--out", type=Path, default=adapter.FILE)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--half", action="store_true", help="compute in bfloat16: several times "
                        "as fast on a processor that has instructions for it")
    parser.add_argument("--go-on", action="store_true", help="begin with the adapter in place, "
                        "instead of anew: for a corpus that has grown a little")
    parser.add_argument("--start", type=Path, default=adapter.FILE, help="with --go-on, the file "
                        "to begin with, if it is not to be the one in place")
    parser.add_argument("--minutes", type=float, default=0.0, help="learn for so long at most")
    parser.add_argument("--boldness", type=float, default=1.0, help="what the rates of learning "
                        "are taken times: less than 1 for a little that has come in")
    parser.add_argument("--frozen", type=int, default=0, help="layers at the bottom that stay as "
                        "they are: with half of them a step takes two thirds of the time")
    parser.add_argument("--share", type=float, default=1.0, help="with --go-on, how far to go from "
                        "the file begun with towards what was learned: 0.5 is half-way")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--holding-out", default="", help="exemplar files to hold out and be "
                        "judged on, by their numbers: 14,28,38")
    given = parser.parse_args()
    if find_spec("torch") is None or find_spec("transformers") is None:
        parser.error("tuning needs torch and transformers, which are not installed here, where "
                     "requirements/serving.txt is; install what requirements/lock.txt lists and "
                     "torch")
    if given.share < 1.0 and not given.go_on:
        parser.error("--share goes part of the way from a file, so it needs --go-on")
    if given.threads:
        import torch

        torch.set_num_threads(given.threads)
    out = {name for name in given.holding_out.split(",") if name}
    guidance, material = read_material(given.corpus, out)
    tuner = Tuner(guidance, material, half=given.half, boldness=given.boldness)
    if given.go_on:
        tuner.go_on_from(given.start)
    tuner.freeze(given.frozen)
    begun_with = tuner.tensors()
    begun = time.monotonic()
    number, done = 0, 0.0
    losses: list[float] = []
    while done < 1.0:
        losses.append(tuner.step(number, done))
        number += 1
        spent = time.monotonic() - begun
        done = max(number / given.steps, spent / 60 / given.minutes if given.minutes else 0.0)
        if number % 20 == 0:
            loss = sum(losses[-20:]) / 20
            sys.stderr.write(f"step {number}, {done:.1%}: loss {loss:.3f}, {spent:.0f} s\n")
        if number % SAVED_EVERY == 0 or done >= 1.0:
            tuner.save(given.out)
            if material.held_out:
                f1, whole = tuner.heard(material.held_out)
                sys.stderr.write(f"held out: F1 {f1:.4f}, wholly right {whole:.3f}\n")
    tuner.save(given.out, begun_with, given.share)
    return 0


if __name__ == "__main__":
    sys.exit(main())
