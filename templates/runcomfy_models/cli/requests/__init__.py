"""From the words that were typed, or the cells of a table, to checked requests."""
