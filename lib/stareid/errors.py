"""The one exception for what a user can put right."""


class InputError(ValueError):
    """Bad input: the message names the file, the key or the value, and the remedy.

    `python -m stareid` prints the message alone and exits with status 2.
    """
