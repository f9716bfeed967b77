"""How codes, marks and people read on the pages: always in words."""
