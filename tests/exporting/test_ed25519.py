"""The signature check that goes into every case, against RFC 8032's vectors and OpenSSL."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.exporting.verify import L, signed

# RFC 8032, 7.1: public key, message, signature.
VECTORS = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
     "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
     "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
    ("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
     "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"),
]


@pytest.mark.parametrize(("public", "text", "signature"), VECTORS)
def test_the_vectors_of_the_standard_fit(public, text, signature):
    raw = bytes.fromhex(public), bytes.fromhex(text), bytes.fromhex(signature)
    assert signed(*raw)
    assert not signed(raw[0], raw[1] + b"x", raw[2])
    assert not signed(raw[0], raw[1], raw[2][:32] + bytes(32))
    # RFC 8032, 5.1.7: a signature with S + L would verify where S isn't held below L.
    more = (int.from_bytes(raw[2][32:], "little") + L).to_bytes(32, "little")
    assert not signed(raw[0], raw[1], raw[2][:32] + more)


@settings(max_examples=25, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), text=st.binary(max_size=200),
       place=st.integers(0, 63), bit=st.integers(0, 7))
def test_what_openssl_signs_fits_and_no_bit_of_it_may_differ(seed, text, place, bit):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), bytearray(key.sign(text))
    assert signed(public, text, bytes(signature))
    signature[place] ^= 1 << bit
    assert not signed(public, text, bytes(signature))


@pytest.mark.parametrize("public", [b"\xff" * 32, bytes(31), b"\x02" + bytes(31)])
def test_a_key_that_is_no_point_signs_nothing(public):
    assert not signed(public, b"", bytes(64))
