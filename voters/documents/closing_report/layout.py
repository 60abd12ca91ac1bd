"""*Verslag van de vaststelling van de kiezerslijst*: one page, accessible (PDF/UA-1). Data and language in, bytes out."""

import hashlib
from datetime import datetime
from html import escape
from pathlib import Path
from string import Template

from documents.engine.pages import write_page
from voters.documents.closing_report.data import Language, ReportData
from voters.documents.voters_list.layout import WORDS as LIST_WORDS
from voters.documents.voters_list.layout import long_date, medium_date

VERSION = "closing_report/2"
FOLDER = Path(__file__).resolve().parent

REASONS: dict[Language, dict[str, str]] = {
    "nl": {
        "eligible": "kiezer",
        "deceased": "overleden",
        "struck_off": "ambtshalve afgevoerd",
        "departed": "vertrokken uit de gemeente",
        "not_yet_resident": "ingeschreven na de lijstdatum",
        "waiting_register": "in het wachtregister",
        "nationality": "geen stemrecht met deze nationaliteit",
        "wrong_register": "in een ander register dan gevraagd",
        "not_registered_as_voter": "niet als kiezer geregistreerd",
        "registration_given_up": "registratie als kiezer ingetrokken",
        "too_young": "te jong",
        "excluded": "uitgesloten van het kiesrecht",
        "suspended": "geschorst in het kiesrecht",
    },
    "fr": {
        "eligible": "électeur",
        "deceased": "décédé",
        "struck_off": "radié d’office",
        "departed": "parti de la commune",
        "not_yet_resident": "inscrit après la date de la liste",
        "waiting_register": "au registre d’attente",
        "nationality": "pas de droit de vote avec cette nationalité",
        "wrong_register": "dans un autre registre que celui demandé",
        "not_registered_as_voter": "non inscrit comme électeur",
        "registration_given_up": "inscription comme électeur retirée",
        "too_young": "trop jeune",
        "excluded": "exclu de l’électorat",
        "suspended": "suspendu de l’électorat",
    },
}


def write(data: ReportData, *, language: Language = "nl") -> bytes:
    """Return the report as PDF. Raises ``documents.engine.fonts.GlyphMissingError``."""
    names = LIST_WORDS[language].ballots
    ballots = "".join(
        f"<tr><th scope=row>{escape(_capital(names[code][1]))}</th><td>{_grouped(count)}</td></tr>" for code, count in data.ballots
    )
    heads = "".join(f"<th scope=col class=n>{escape(_capital(names[code][1]))}</th>" for code, _count in data.ballots)
    reasons = "".join(
        f"<tr><th scope=row>{escape(_capital(REASONS[language][code]))}</th>{''.join(f'<td>{_grouped(count)}</td>' for count in counts)}</tr>"
        for code, counts in data.reasons
    )
    values = {
        "municipality": data.municipality,
        "nis_code": data.nis_code,
        "election_day": long_date(data.election_day, language),
        "list_date": medium_date(data.list_date, language),
        "register": medium_date(data.register_as_of, language) if data.register_as_of else "–",
        "persons": _grouped(data.persons),
        "voters": _grouped(data.voters),
        "non_belgians": _grouped(data.non_belgians),
        "minors": _grouped(data.minors),
        "requested_by": data.requested_by,
        "requested_at": _moment(data.requested_at, language),
        "approved_by": data.approved_by,
        "approved_at": _moment(data.approved_at, language),
        "frozen_at": _moment(data.frozen_at, language),
        "sha256": " ".join(data.sha256[at : at + 8] for at in range(0, len(data.sha256), 8)),
    }
    template = Template((FOLDER / f"template.{language}.html").read_text(encoding="utf-8"))
    html = template.substitute({name: escape(value) for name, value in values.items()}, ballots=ballots, heads=heads, reasons=reasons)
    css = (FOLDER / "print.css").read_text(encoding="utf-8")
    identifier = hashlib.sha256(f"{VERSION}{language}{html}".encode()).digest()[:16]
    return write_page(html=html, css=css, text=" ".join(values.values()), identifier=identifier)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _moment(moment: datetime, language: Language) -> str:
    hour = f"{moment.hour}.{moment.minute:02} u." if language == "nl" else f"{moment.hour} h {moment.minute:02}"
    return f"{medium_date(moment.date(), language)}, {hour}"
