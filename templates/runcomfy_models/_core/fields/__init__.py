"""The fields of a model's input: what its schema says of them, and what is wrong. Pure."""
