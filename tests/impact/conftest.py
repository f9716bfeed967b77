from tests.reviews.conftest import build, house
from tests.store.conftest import postgres, store, url

__all__ = ["build", "house", "postgres", "store", "url"]
