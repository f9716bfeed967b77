"""A release kept by an earlier version of the program can be read."""

import json

import pytest

from retrieval.errors import ReleaseNotReady
from retrieval.guidance import ReleaseId
from retrieval.releases import content_of, guidance_of


def test_one_number_for_a_flags_gravity_is_read_as_all_three(guidance):
    content = json.loads(content_of(guidance))
    for flag in content["red_flags"]:
        severity = flag.pop("severity")
        flag["gravity"] = max(severity.values())
    earlier = guidance_of(json.dumps(content), ReleaseId("earlier"))
    assert [f.gravity for f in earlier.red_flags] == [f.gravity for f in guidance.red_flags]


@pytest.mark.parametrize("content", ["{}", "[]", '{"red_flags": [1]}'])
def test_what_is_no_release_is_refused_with_what_to_do(content):
    with pytest.raises(ReleaseNotReady, match="another version"):
        guidance_of(content, ReleaseId("broken"))
