"""What a release is called after, and that it is read back as it was kept."""

import dataclasses

import pytest

from retrieval.errors import ReleaseNotReady
from retrieval.guidance import Checked, Guidance, ProvisionId, ReleaseId
from retrieval.releases import content_of, digest_of, guidance_of

from . import small

UNGP_17 = ProvisionId("ungp-17")


@pytest.fixture(scope="module")
def guidance() -> Guidance:
    return small.ordinary()


def test_the_digest_names_content_and_recipe_and_nothing_else(guidance: Guidance):
    digest = digest_of(guidance, "recipe")

    assert len(digest) == 12
    assert int(digest, 16) >= 0
    assert digest_of(small.ordinary(), "recipe") == digest
    assert digest_of(dataclasses.replace(guidance, release=ReleaseId("x")), "recipe") == digest
    backwards = dict(reversed(guidance.provisions.items()))
    assert digest_of(dataclasses.replace(guidance, provisions=backwards), "recipe") == digest
    assert digest_of(guidance, "another recipe") != digest


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Another text."},
        {"heading": "Another"},
        {"checked": Checked.UNCHECKED},
        {"asks": ("another way",)},
        {"topics": small.table(product="drone")},
        {"note": "Take care."},
    ],
)
def test_any_change_of_a_provision_makes_another_release(
    change: dict[str, object], guidance: Guidance
):
    changed = dataclasses.replace(guidance.provisions[UNGP_17], **change)  # type: ignore[arg-type]
    other = dataclasses.replace(guidance, provisions={**guidance.provisions, UNGP_17: changed})

    assert digest_of(other, "recipe") != digest_of(guidance, "recipe")


def test_a_release_is_read_back_from_what_the_database_keeps(guidance):
    kept = content_of(guidance)
    again = guidance_of(kept, guidance.release)
    assert again == guidance
    assert list(again.questions) == list(guidance.questions)
    assert content_of(again) == kept


def test_content_of_another_version_is_told_plainly():
    with pytest.raises(ReleaseNotReady, match="another version"):
        guidance_of('{"sources": 7}', ReleaseId("abc"))
