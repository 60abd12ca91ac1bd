"""The back sides of a run: a file of their own, each page once, since it is the same for all. The printer is told which cards have which."""

from datetime import datetime
from pathlib import Path

from convocations.cards.fixed import distinct, pages
from convocations.models import PrintRun, RunFile
from convocations.services import frozen
from convocations.services.keeping import keep_file


def keep_backs(made: PrintRun, place: Path, *, at: datetime) -> None:
    """Put the file of the back sides beside the cards of a run; none where no text has one."""
    content = frozen.read(made.frozen_file)
    found, _places = distinct(frozen.backs_of(content))
    if not found:
        return
    target = place / "back.pdf"
    target.write_bytes(pages(found, title=f"{content['title']}, achterzijde", author=content["author"], language="nl"))
    keep_file(made, RunFile.Kind.BACK, target, what="achterzijde", pages=len(found), by=made.made_by_name, at=at)


def back_pages(made: PrintRun) -> dict[str, int]:
    """The page of the back side of each template that has one."""
    _found, places = distinct(frozen.backs_of(frozen.read(made.frozen_file)))
    return places
