"""Documents that come in, how they are cut, and our digests held against them."""
