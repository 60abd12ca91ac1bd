"""The characters that the documents can print: what the embedded faces hold for names and places in Latin letters.

Another character is refused when a file comes in, because a list or a card would show an empty place for it. A test
compares the ranges with the faces in ``documents/fonts``.
"""

RANGES: tuple[tuple[int, int], ...] = (
    (0x20, 0x7E),  # Basic Latin
    (0xA1, 0xAC),
    (0xAE, 0x17F),  # Latin-1 and Extended-A, without the soft hyphen
    (0x18F, 0x18F),  # Ə
    (0x192, 0x192),
    (0x1A0, 0x1A1),  # Ơ
    (0x1AF, 0x1B0),  # Ư
    (0x1B7, 0x1B7),
    (0x1CD, 0x1DC),
    (0x1E2, 0x1E3),
    (0x1E6, 0x1E7),
    (0x1EA, 0x1EB),
    (0x1F4, 0x1F5),
    (0x1F8, 0x1FF),
    (0x218, 0x21B),  # Ș, Ț
    (0x226, 0x227),
    (0x237, 0x237),
    (0x259, 0x259),  # ə
    (0x2BB, 0x2BC),
    (0x1E02, 0x1E03),
    (0x1E0A, 0x1E0B),
    (0x1E1E, 0x1E1F),
    (0x1E40, 0x1E41),
    (0x1E56, 0x1E57),
    (0x1E60, 0x1E63),
    (0x1E6A, 0x1E6B),
    (0x1E80, 0x1E85),
    (0x1E9E, 0x1EF9),  # ẞ, Vietnamese, Ỳ
    (0x2010, 0x2011),
    (0x2013, 0x2015),
    (0x2018, 0x201A),  # typographic apostrophes
    (0x201C, 0x201E),
)

# Written with escapes, so that the statement itself stays plain.
CHARACTER_CLASS = "".join(f"\\u{low:04x}-\\u{high:04x}" for low, high in RANGES)


def unprintable(value: str) -> str:
    """The characters outside the set, each once, in order of appearance."""
    return "".join(dict.fromkeys(c for c in value if not any(low <= ord(c) <= high for low, high in RANGES)))
