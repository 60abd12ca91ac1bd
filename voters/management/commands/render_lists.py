"""``render_lists NIS DATE --kind KIND --format pdf|csv|xlsx --out DIR``: copies of the voters list as files, each kind as its law has it."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localdate
from django.utils.translation import override

from core import jobs
from core.actor import Actor
from core.commands import CommandRefused, JsonCommand, operator, refuse
from core.files import sha256_of
from core.tenancy import tenant
from elections.models import Election
from municipalities.commands import actor, municipality, permitted
from municipalities.rules import Permission
from voters.commands import election_on
from voters.models import ListCopy
from voters.rules.list_copies import FILE_NAMES, FORMATS, KINDS, LANGUAGES, Kind, Order, Refusal, Wish, use_has_ended
from voters.services import list_copies
from voters.services.printing import ExportRefusedError
from voters.words.list_copies import RECIPIENTS

PROBLEMS = {
    Refusal.NO_FINAL_LIST: ("there is no final list yet: extract first", "DATE"),
    Refusal.NOT_ASSIGNED: ("no assignment of polling stations is frozen on this list yet", "--kind"),
    Refusal.NO_SUCH_STATION: ("there is no polling station with this number", "--station"),
    Refusal.LATER: ("this moment is still to come", "--as-of"),
    Refusal.BEFORE_FREEZE: ("at that moment the list was not frozen yet", "--as-of"),
    Refusal.NOBODY_NAMED: ("say for whom the copy is", "--for"),
    Refusal.ONLY_PDF: ("a paper package is a PDF", "--format"),
    Refusal.WRONG_STATE: ("this was decided meanwhile", "--kind"),
    Refusal.SECOND_PERSON: ("two persons decide about a copy for a party: name both", "--requested-by"),
}


class Command(JsonCommand):
    """Write copies of the final list: a file a station where the kind has lists by station, else one."""

    help = "Write copies of the final voters list by kind, each numbered and recorded: for stations, presidents, inspection, governor, parties."

    def add_arguments(self, parser: CommandParser) -> None:
        """Municipality, election day, kind, form, folder; and what can be chosen besides."""
        parser.add_argument("nis")
        parser.add_argument("date")
        parser.add_argument("--kind", required=True, choices=[kind.value for kind in Kind if kind != Kind.PACKAGE])
        parser.add_argument("--format", choices=FORMATS, default="pdf")
        parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="made when it is not there")
        parser.add_argument("--order", choices=[order.value for order in Order], default=Order.NAME.value)
        parser.add_argument(
            "--package", action="store_true", help="with president: cover, list, count sheet and signatures, and manifest.csv"
        )
        parser.add_argument("--station", type=int, metavar="NUMBER", help="only the list of this polling station")
        parser.add_argument("--as-of", dest="as_of", metavar="MOMENT", help="YYYY-MM-DDTHH:MM, local time; now, where none is named")
        parser.add_argument("--minors-apart", dest="apart", action="store_true", help="16 and 17 years old on pages of their own")
        parser.add_argument("--language", choices=LANGUAGES, default="nl")
        parser.add_argument("--for", dest="made_for", default="", help="for whom; stands on every page and line")
        parser.add_argument(
            "--requested-by",
            dest="requested_by",
            metavar="USER",
            help="who asks; of a copy for a party always, else the operator where nobody is named",
        )
        parser.add_argument(
            "--approved-by", dest="approved_by", metavar="USER", help="the second person; for a party only, and then required"
        )

    def run(self, **options: Any) -> dict[str, Any]:
        """Have the copy made as a screen would, then lay its files in the folder, whole or not at all."""
        kind, at = self._kind(options), timezone.now()
        place = municipality(options["nis"])
        by, second = self._persons(options, KINDS[kind].two_persons, at)
        with tenant(place.pk):
            election = election_on(place, options["date"])
        split = KINDS[kind].by_station and options["station"] is None
        with override(options["language"]):
            made_for = options["made_for"] or str(RECIPIENTS.get(kind, by.name))
        wish = Wish(
            kind=kind,
            file_format=options["format"],
            order=Order(options["order"]),
            language=options["language"],
            station=options["station"],
            apart=options["apart"],
            made_for=made_for[:80],
            split=split,
        )
        copy = self._make(election, wish, by, second, as_of=self._moment(options["as_of"]), at=at)
        files = self._lay(copy, options["out"])
        return {
            "kind": kind.value,
            "format": copy.format,
            "number": copy.number,
            "as_of": copy.as_of.isoformat(),
            "rows": copy.rows,
            "pages": copy.pages,
            "sha256": copy.sha256,
            "files": files,
            "warnings": ["the election is over: a party may no longer use the list"] if self._ended(copy, election, at) else [],
        }

    @staticmethod
    def _ended(copy: ListCopy, election: Election, at: datetime) -> bool:
        return use_has_ended(Kind(copy.kind), today=localdate(at), election_day=election.date)

    def _kind(self, options: dict[str, Any]) -> Kind:
        kind = Kind(options["kind"])
        if not options["package"]:
            return kind
        if kind not in {Kind.PRESIDENT, Kind.STATION}:
            refuse("only the lists of the stations come as a package", column="--package", value=kind.value)
        return Kind.PACKAGE

    def _persons(self, options: dict[str, Any], two: bool, at: datetime) -> tuple[Actor, Actor | None]:
        """Who asks, and who approves where the kind needs it. Only what one person may take out an operator of the machine may take out."""
        place = municipality(options["nis"])
        asker, approver = options["requested_by"], options["approved_by"]
        if two and asker is None:
            problem, column = PROBLEMS[Refusal.SECOND_PERSON]
            refuse(problem, column=column, value="")
        if not two and approver is not None:
            refuse("a copy of this kind needs no second person", column="--approved-by", value=approver)
        if asker is None:
            return operator(), None
        by = permitted(permitted(actor(place, asker, at=at), Permission.EXPORT), Permission.REQUEST_APPROVAL if two else Permission.EXPORT)
        if not two:
            return by, None
        if approver is None or approver == asker:
            refuse("the second person must be somebody else", column="--approved-by", value=approver or "")
        return by, permitted(actor(place, approver, at=at), Permission.APPROVE)

    def _moment(self, text: str | None) -> datetime | None:
        if text is None:
            return None
        try:
            found = parse_datetime(text)
        except ValueError:
            found = None
        if found is None:
            refuse("expected a moment, YYYY-MM-DDTHH:MM", column="--as-of", value=text)
        return found if timezone.is_aware(found) else timezone.make_aware(found)

    def _make(self, election: Election, wish: Wish, by: Actor, second: Actor | None, *, as_of: datetime | None, at: datetime) -> ListCopy:
        place = election.municipality_id
        try:
            with jobs.inline():
                with tenant(place):
                    copy = list_copies.request_copy(election=election, wish=wish, by=by, at=at, as_of=as_of)
                if second is not None:
                    with tenant(place):
                        list_copies.approve_copy(copy=copy, by=second, at=at)
        except list_copies.CopyRefusedError as refusal:
            problem, column = PROBLEMS[refusal.code]
            refuse(problem, column=column, value="")
        except ExportRefusedError as refusal:
            raise CommandRefused(refusal.errors) from refusal
        with tenant(place):
            made = ListCopy.objects.get(municipality_id=place, pk=copy.pk)
        if made.state != ListCopy.State.MADE:
            refuse("the same copy is being made already", column="--kind", value=made.kind)
        return made

    def _lay(self, copy: ListCopy, out: Path) -> list[dict[str, Any]]:
        out.mkdir(parents=True, exist_ok=True)
        with _unpacked(copy, out) as made:
            for path in made:
                path.replace(out / path.name)
            return [{"file": str(out / path.name), "sha256": sha256_of(out / path.name)} for path in made]


@contextmanager
def _unpacked(copy: ListCopy, out: Path) -> Iterator[list[Path]]:
    """The files of a copy in a folder beside the target: each is moved there whole."""
    with tempfile.TemporaryDirectory(dir=out, prefix=".lists.") as place, default_storage.open(copy.file) as file:
        folder = Path(place)
        if copy.split:
            with zipfile.ZipFile(file) as archive:
                archive.extractall(folder)
                yield [folder / name for name in archive.namelist()]
            return
        number = "" if copy.station is None else f"-{copy.station:03}"
        path = folder / f"{FILE_NAMES[Kind(copy.kind)]}{number}.{copy.format}"
        with path.open("wb") as target:
            shutil.copyfileobj(file, target)
        yield [path]
