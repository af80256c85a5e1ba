"""What JSON Schema is, of no dialect: keywords, children, values, pointers, patterns."""
