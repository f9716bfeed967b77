from tests.reviews.conftest import build, house
from tests.store.conftest import store

__all__ = ["build", "house", "store"]
