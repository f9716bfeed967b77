"""A corpus as small as one can be: a file of each kind, by its path."""

from retrieval.checks import SMALL_WORDS
from retrieval.guidance import sha256_of

FILES = {
    "sources/ungp.yaml": """\
# A source with two provisions.
source:
  id: ungp
  title: Guiding Principles
  short_title: UNGP
  issuer: United Nations
  kind: soft law
  jurisdiction: international
  url: https://example.org/ungp
  edition: first
  licence: free
provisions:
  - id: ungp-17
    pinpoint: UNGP 17
    heading: Due diligence
    kind: principle
    checked: unchecked
    basis: "[K]"
    text: Look before you sell.
  - id: ungp-19
    pinpoint: UNGP 19
    heading: Acting on it
    kind: principle
    checked: seen
    basis: "[S unhr]"
    text: Act on what you find.
""",
    "sources/sg.yaml": """\
source:
  id: sg
  title: Guidance
  short_title: Guidance
  issuer: Department of State
  kind: guidance
  jurisdiction: US
  url: https://example.org/sg
  edition: "2020"
  licence: free
provisions:
  - id: sg-c1
    pinpoint: Guidance, Considerations
    heading: What it can do
    kind: consideration
    consideration: sg-c1
    checked: unchecked
    basis: "[K]"
    text: Think of misuse.
  - id: sg-c1-rf1
    pinpoint: Guidance, red flags
    heading: Misuse reported
    kind: red flag
    consideration: sg-c1
    checked: unchecked
    basis: "[K]"
    topics:
      product: [spyware]
    text: Similar products were misused.
""",
    "seen.tsv": f"ungp-19\t{sha256_of('Act on what you find.')}\n",
    "considerations.yaml": """\
- id: sg-c1
  number: 1
  number_checked: unchecked
  title: What it can do
  weigh: Think of misuse.
  settled_by: [product, misuse]
  authorities: [sg-c1, ungp-17]
""",
    "questions.yaml": """\
- fact: product
  kind: choice
  label: product
  wording: What is sold?
  why: It matters.
  authorities: [sg-c1]
  choices:
    - {value: spyware, label: Spyware}
    - {value: camera, label: Camera}
- fact: misuse
  kind: choice
  label: misuse
  wording: Was it misused?
  why: It matters.
  authorities: [sg-c1-rf1]
  choices:
    - {value: "yes", label: "Yes"}
    - {value: "no", label: "No"}
  only_if:
    - {product: [spyware]}
- fact: country
  kind: country
  label: country
  wording: Where?
  why: It matters.
  authorities: [sg-c1]
""",
    "gaps.yaml": """\
- id: prices
  kind: outside
  title: Prices
  says: The texts say nothing of prices.
  whom: your manager
  nearest: [sg-c1]
  asks: [what does it cost]
""",
    "question_groups.yaml": """\
- id: both
  facts: [product, misuse]
  wording: Two things of the product.
""",
    "red_flags.yaml": """\
- id: sg-c1-rf1
  title: Misuse reported
  explains: It happened before.
  when: {misuse: ["yes"]}
  consideration: sg-c1
  authorities: [sg-c1-rf1, ungp-17]
  safeguards: [limits]
  severity: {scale: 3, scope: 1, irremediable: 1}
- id: spyware-sold
  title: Spyware
  explains: It can do harm.
  when: {product: [spyware]}
  consideration: sg-c1
  authorities: [sg-c1]
  safeguards: [limits, training]
  severity: {scale: 2, scope: 2, irremediable: 1}
  ours: true
""",
    "safeguards.yaml": """\
stage_order:
  idea: [design, before sale, after sale]
safeguards:
  - id: limits
    title: Limit it
    text: Leave it out.
    stage: design
    authorities: [ungp-19]
  - id: training
    title: Train them
    text: Train the people who use it.
    stage: after sale
    authorities: [ungp-19]
    suits: {product: [spyware]}
""",
    "scope.yaml": """\
- id: camera-only
  title: A camera
  reason: It only looks.
  when: {product: [camera]}
  applies: [sg-c1]
  still_ask: [product]
  authorities: [sg-c1]
""",
    "vocabulary/product.yaml": """\
product:
  spyware:
    terms: [spyware]
  camera:
    terms: [camera]
misuse:
  "yes":
    terms: [was misused]
  "no":
    terms: [never misused]
country:                        # what the ISO list has no plain name for
  SH:
    terms: [Saint Helena]
  BQ:
    terms: [Bonaire]
  CD:
    terms: [Kinshasa]
""",
    "phrases.yaml": """\
cues:
  negation: [not]
  uncertain: [maybe]
  correction: [sorry]
  dont_know: [no idea]
  "yes": ["yes"]
  "no": ["no"]
""" + "".join(f"  {name}: [{'not' if name == 'half_no' else 'so'}]\n"
              for name in SMALL_WORDS) + """\
intents:
  why: [why do you ask]
""",
    "glossary.yaml": """\
- id: spyware
  names: [spyware]
  text: It spies.
  authorities: [sg-c1]
""",
}
