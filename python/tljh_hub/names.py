"""The rule for hub names, the same as in the helper, the command line and the config check."""

import re
import string

# One letter or digit, or 2 to 64 characters that begin and end with one; never two dots in a row.
PATTERN = r"(?!.*\.\.)[a-z0-9](?:[a-z0-9._@+-]{0,62}[a-z0-9])?\Z"
SHOWN = 80
_RULE = re.compile(PATTERN)
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def normal(name: str) -> str:
    """The normal form of a typed name: ASCII capitals made small, nothing else.

    The rule is NFKC and casefold, and a name that these change in any way but case is refused. What is allowed is
    ASCII, so a name passes exactly if lowering its ASCII capitals already gives an allowed name.
    """
    return name.translate(_LOWER)


def valid(name: str) -> bool:
    """Whether a name in normal form is allowed."""
    return _RULE.match(name) is not None


def shown(text: str) -> str:
    """Any text in printable ASCII, 80 characters at most; others become `\\u{…}`, as on the command line."""
    escaped = (c if " " <= c <= "~" and c != "\\" else f"\\u{{{ord(c):x}}}" for c in text[:SHOWN])
    return "".join(escaped) + ("…" if len(text) > SHOWN else "")


def linkable(name: str) -> bool:
    """Whether a name can be one file name that the proxy's map lets through."""
    return (
        0 < len(name.encode()) <= 64
        and name not in {".", ".."}
        and not any(c in "/:%\\" or not c.isprintable() for c in name)
    )
