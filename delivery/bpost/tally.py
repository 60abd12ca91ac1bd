"""What holds between the items of a mailing: bpost would refuse the whole list. Takes eight bytes an item."""

from array import array
from dataclasses import dataclass, field
from itertools import pairwise

from delivery.bpost.mailing import LIMITS, GenMid, Item, Mailing, Problem

MOST_PROBLEMS = 1000


@dataclass(slots=True)
class Tally:
    """Counts items as they pass; ``close`` says what is wrong. The first ``MOST_PROBLEMS`` are kept, ``more`` counts the rest."""

    mailing: Mailing
    count: int = 0
    last_seq: int = 0
    more: int = 0
    problems: list[Problem] = field(default_factory=list)
    numbers: "array[int]" = field(default_factory=lambda: array("Q"))

    def add(self, item: Item) -> None:
        """Look at one item."""
        self.count += 1
        if item.seq <= self.last_seq:
            self._found(Problem("not_upwards", "seq", str(item.seq), item.seq))
        self.last_seq = max(self.last_seq, item.seq)
        if item.mail_id:
            self.numbers.append(int(item.mail_id))
        if bool(item.mail_id) != (self.mailing.gen_mid is GenMid.NONE):
            self._found(Problem("mail_id_missing" if not item.mail_id else "mail_id_given", "mail_id", item.mail_id, item.seq))

    def close(self) -> list[Problem]:
        """All problems, with those that show at the end only."""
        limit = LIMITS[self.mailing.mode]
        if not self.count:
            self._found(Problem("no_items", "items"))
        if self.count > limit:
            self._found(Problem("too_many", "items", str(self.count)))
        for number in self._doubles():
            self._found(Problem("mail_id_twice", "mail_id", str(number)))
        return self.problems

    def _doubles(self) -> list[int]:
        numbers = sorted(self.numbers)
        return sorted({one for one, after in pairwise(numbers) if one == after})

    def _found(self, problem: Problem) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.more += 1
