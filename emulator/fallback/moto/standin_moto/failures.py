"""Failures that Standin turns into its client's protocol."""


class Unbridged(Exception):
    """moto would use its own copy of a service that Standin has natively, and no patch hands this over."""

    def __init__(self, native, what):
        super().__init__(f"{what} needs {native}, which is native, and this is not handed over to it.")
        self.native = native


class NativeFailure(Exception):
    """The native service could not be reached, or failed, while moto needed it."""

    def __init__(self, native, what):
        super().__init__(f"{native}: {what}")
        self.native = native
