"""The schema folder: its entries, its tables, its history, and its revisions in git."""
