"""The pages that export."""
