"""Sentences of our own that look-alikes of official documents are filled with."""

import random
from collections.abc import Iterator

_SENTENCES = (
    "A seller that doubts the purpose of a purchase should ask before the contract is signed.",
    "The record of the end-user over the last five years is a better guide than its assurances.",
    "Where courts can neither see nor stop a measure, the risk of misuse is high.",
    "Information that is gathered for one purpose is seldom kept for that purpose alone.",
    "States have undertaken to protect the privacy of everybody within their jurisdiction.",
    "The people concerned are rarely told, and so they can rarely complain.",
    "Reports of journalists, of courts and of the United Nations should be read together.",
    "What a product can do counts, and not only what its brochure says that it is for.",
    "An intermediary may hide who will use the product in the end.",
    "The review should be written down, together with the name of whoever decided.",
    "Independent experts can see what those who sell a product no longer notice.",
    "Training, updates and support are means of influence that outlast the sale.",
    "If the law of the place allows interference without a judge’s order, that should be noted.",
    "Lawyers, journalists and defenders of human rights are exposed to a particular risk.",
    "A complaint has to reach somebody who is able to stop what it is about.",
    "The Committee recalls that restrictions must be necessary and proportionate.",
    "It is for the State to show that no less intrusive measure would have been enough.",
    "Encryption and anonymity let people hold opinions without fear.",
    "Companies should publish how many requests they have received and what they did.",
    "A contract may let the seller suspend its services when the product is misused.",
    "The severity of an impact is judged by its scale, its scope and whether it can be undone.",
    "Nobody should be followed for having taken part in a peaceful assembly.",
    "Some products can be altered after delivery so that safeguards no longer work.",
    "Public bodies should not buy what they could not lawfully make themselves.",
    "The burden falls most heavily on those who are already at the margin of society.",
    "Oversight bodies need staff, money and access to the systems that they oversee.",
    "An export licence says nothing about whether a sale is responsible.",
    "Data that crosses a border may be used under rules that its owner has never heard of.",
    "When circumstances change, what was assessed before has to be assessed again.",
    "The end of a business relationship may itself have consequences for human rights.",
)


class Prose:
    """Gives sentences in an order that is always the same."""

    def __init__(self, seed: int) -> None:
        self._order = self._shuffled(random.Random(seed))

    @staticmethod
    def _shuffled(chance: random.Random) -> Iterator[str]:
        last = ""
        while True:
            pool = list(_SENTENCES)
            chance.shuffle(pool)
            if pool[0] == last:
                pool.append(pool.pop(0))
            yield from pool
            last = pool[-1]

    def __call__(self, sentences: int) -> str:
        return " ".join(next(self._order) for _ in range(sentences))
