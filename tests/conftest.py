import signal


def pytest_configure() -> None:
    # A shell has what it starts in the background ignore Ctrl-C, which tests press.
    signal.signal(signal.SIGINT, signal.default_int_handler)
