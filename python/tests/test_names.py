"""The rule for names."""

import csv
from pathlib import Path

import pytest

from tljh_hub.names import PATTERN, linkable, normal, shown, valid

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "names.tsv"


@pytest.mark.parametrize("name", ["a", "7", "ada", "first.last@example.org", "a-b_c+d", "a" * 64, "x2"])
def test_allowed(name: str) -> None:
    assert valid(normal(name)) and linkable(name)


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "a..b", "a.", "-a", "a" * 65, "a b", "a/b", "a:b", "a%b", "a\n", "a\x00", "ada ", "秀樹", "straße"],
)
def test_refused(name: str) -> None:
    assert not valid(normal(name))


@pytest.mark.parametrize(
    "name",
    [
        "\uff41da",  # full-width a: its normal form differs in more than case
        "\u212aate",  # the Kelvin sign, which lower() turns into k
        "ad\u0430",  # a Cyrillic a
        "a\u200bda",  # a space of no width
        "\u0130da",  # a capital I with a dot
    ],
)
def test_look_alikes_are_refused(name: str) -> None:
    assert not valid(normal(name))


def test_capitals_are_made_small() -> None:
    assert normal("ADA.Lovelace@Example.ORG") == "ada.lovelace@example.org"


def test_names_of_the_shared_vectors_that_keep_to_the_rule_pass() -> None:
    if not VECTORS.exists():
        pytest.skip("the shared vectors are not here")
    with VECTORS.open(encoding="utf-8") as file:
        rows = [row[0] for row in csv.reader(file, delimiter="\t") if row and not row[0].startswith("#")]
    names = [name for name in rows if len(name) <= 64]
    assert names and all(valid(normal(name)) for name in names)


def test_the_pattern_is_anchored_at_its_end() -> None:
    assert PATTERN.endswith(r"\Z") and not valid("ada\n")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a:b", "a%b", "a\\b", "a\nb", "a\x7fb", "\u2028", "é" * 33])
def test_no_link(name: str) -> None:
    assert not linkable(name)


@pytest.mark.parametrize("name", ["秀樹", "has@", "~test", "é" * 32])
def test_link(name: str) -> None:
    assert linkable(name)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("ada", "ada"),
        ("a b'~", "a b'~"),
        ("a\n\x00\x7f", r"a\u{a}\u{0}\u{7f}"),
        ("\u202ea\u200b", r"\u{202e}a\u{200b}"),
        ("é\U0001f600\ud800", r"\u{e9}\u{1f600}\u{d800}"),
        ("\\", r"\u{5c}"),
        ("a" * 81, "a" * 80 + "…"),
    ],
)
def test_shown_as_on_the_command_line(text: str, escaped: str) -> None:
    assert shown(text) == escaped
