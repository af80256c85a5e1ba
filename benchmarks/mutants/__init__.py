"""The mutation score of the generated tests: what they notice of one thing changed."""
