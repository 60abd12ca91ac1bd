"""The report on a final list: one page for whatever is held on one day, with the signatures beside what is signed."""

from datetime import date, datetime

import pypdfium2
import pytest

from voters.documents.closing_report import layout
from voters.documents.closing_report.data import Language, ReportData

LOCAL, RIM, PARLIAMENTS = (
    ("municipal", "provincial"),
    ("municipal", "provincial", "ocmw"),
    ("chamber", "flemish", "european"),
)


def _data(ballots: tuple[str, ...], name: str = "An Peeters") -> ReportData:
    """Every reason occurs, in a town with long figures."""
    return ReportData(
        municipality="Sint-Genesius-Rode",
        nis_code="23101",
        election_day=date(2024, 10, 13),
        list_date=date(2024, 8, 1),
        register_as_of=date(2024, 8, 1),
        ballots=tuple((code, 284_120) for code in ballots),
        reasons=tuple((code, tuple(123_456 for _ in ballots)) for code in layout.REASONS["nl"]),
        persons=412_340,
        voters=284_120,
        non_belgians=12_340,
        minors=3_210,
        sha256="0123456789abcdef" * 4,
        requested_by=name,
        requested_at=datetime(2024, 8, 19, 10, 2),  # noqa: DTZ001 - local time, as the report has it
        approved_by="Maximiliaan Van den Broeck-Vanderlinden",
        approved_at=datetime(2024, 8, 19, 10, 5),  # noqa: DTZ001
        frozen_at=datetime(2024, 8, 19, 10, 6),  # noqa: DTZ001
    )


def _pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


@pytest.mark.parametrize("language", ["nl", "fr"])
@pytest.mark.parametrize("ballots", [LOCAL, RIM, PARLIAMENTS])
def test_it_is_one_page_and_says_so(ballots: tuple[str, ...], language: Language) -> None:
    pages = _pages(layout.write(_data(ballots), language=language))

    assert len(pages) == 1
    assert "1 / 1" in pages[0]
    assert "284.120" in pages[0]


def test_were_it_longer_the_signatures_stay_beside_what_is_signed() -> None:
    pages = _pages(layout.write(_data((*PARLIAMENTS, *RIM, "district"))))

    (last,) = [page for page in pages if "Vaststelling" in page and "Controlegetal" in page]
    assert last.count("An Peeters") == 2
    assert "bevroren" in last


def test_the_same_figures_give_the_same_bytes() -> None:
    assert layout.write(_data(LOCAL)) == layout.write(_data(LOCAL))
