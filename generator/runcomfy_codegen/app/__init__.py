"""One use case a file, without printing: the only place where the stages meet."""
