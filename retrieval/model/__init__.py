"""The embedding model that is packaged: its weights, its export, its passes, its vectors."""
