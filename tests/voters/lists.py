"""Voters lists to test with, written straight into the tables: no import, no extraction, any size in one statement."""

from datetime import date
from typing import Any

from django.db import connection

from core.tenancy import tenant
from elections.models import Election, ElectionBallot
from municipalities.models import Municipality
from tests.personas import NOW, World
from voters.models import Extraction, RegisterImport

ELECTION_DAY = date(2024, 10, 13)
LIST_DATE = date(2024, 8, 1)

PEOPLE = """
WITH made AS (
    INSERT INTO voters_person (municipality_id, national_number, last_name, first_names, name_key, birth_date, born_on, sex, nationality,
                register, registered_on, postcode, street_name, house_number, box_number, household_id, language, suspension, departed_to,
                version, created_import_id, changed_import_id)
    SELECT %(place)s, lpad((n + %(extraction)s::bigint * 1000000)::text, 11, '0'), last_name, first_names, core_fold(last_name || '  ' || first_names),
           to_char(born_on, 'YYYY-MM-DD'), born_on, '', CASE WHEN n %% 10 = 0 THEN 'NL' ELSE 'BE' END, 'BR', date '2000-01-01',
           '1500', street_name, (n %% 40 + 1)::text || CASE WHEN n %% 17 = 0 THEN 'A' ELSE '' END, CASE WHEN n %% 3 = 0 THEN (n %% 5)::text ELSE '' END,
           '', 'nl', '', '', 1, %(register)s, %(register)s
      FROM (SELECT n, (ARRAY['Peeters', 'Van den Broeck', 'Nguyễn', 'D''Hondt', 'Öztürk', 'De Smet', '=Zeller'])[n %% 7 + 1] AS last_name,
                   (ARRAY['Zoë Maria', 'Jan', 'Thị Ngọc Ánh', 'Lies', 'André'])[n %% 5 + 1] AS first_names,
                   (ARRAY['Basiliekstraat', 'Alsembergsesteenweg', 'Église du Nord', 'Zinkstraat'])[n %% 4 + 1]
                     || CASE WHEN %(streets)s > 4 THEN ' ' || (n %% (%(streets)s / 4))::text ELSE '' END AS street_name,
                   date '1930-01-01' + (n * 37 %% 27000) AS born_on
              FROM generate_series(1, %(people)s) n) source
    RETURNING id, national_number, last_name, first_names, name_key, birth_date, born_on, nationality, postcode, street_name, house_number, box_number)
INSERT INTO voters_entry (municipality_id, extraction_id, list_number, person_id, national_number, last_name, first_names, name_key, birth_date,
            born_on, sex, nationality, language, mark, minor, ballots, compulsory, postcode, street_name, house_number, box_number, household_id)
SELECT %(place)s, %(extraction)s, row_number() OVER (ORDER BY name_key, born_on, national_number), id, national_number, last_name,
       first_names, name_key, birth_date, born_on, '', nationality, 'nl', CASE nationality WHEN 'BE' THEN '' ELSE 'V' END,
       id %% 50 = 0, CASE WHEN nationality = 'BE' THEN 40 ELSE 8 END, 0, postcode, street_name, house_number, box_number, ''
  FROM made
"""
TOKENS = """
INSERT INTO voters_nametoken (municipality_id, token, person_id)
SELECT DISTINCT municipality_id, token, id
  FROM voters_person, unnest(string_to_array(translate(name_key, '-''.,', '    '), ' ')) token
 WHERE municipality_id = %(place)s AND created_import_id = %(register)s AND token <> ''
"""
COUNTS = """
SELECT count(*), count(*) FILTER (WHERE mark <> ''), count(*) FILTER (WHERE minor), count(*) FILTER (WHERE ballots & 8 <> 0),
       count(*) FILTER (WHERE ballots & 32 <> 0)
  FROM voters_entry WHERE municipality_id = %(place)s AND extraction_id = %(extraction)s
"""


def make_election(municipality: Municipality) -> Election:
    """13 October 2024: municipal and provincial council."""
    with tenant(municipality.pk):
        election = Election.objects.create(
            municipality=municipality, date=ELECTION_DAY, list_date=LIST_DATE, created_at=NOW, created_by_name="alice"
        )
        for ballot in ("municipal", "provincial"):
            ElectionBallot.objects.create(municipality=municipality, election=election, ballot=ballot)
    return election


def make_register(world: World, municipality: Municipality, **values: Any) -> RegisterImport:
    """A register file that was merged."""
    asker, decider = (world.alice, world.henk) if municipality == world.halle else (world.charlie, world.hilde)
    defaults = {
        "file_name": "register.csv",
        "file": "",
        "as_of": LIST_DATE,
        "state": RegisterImport.State.MERGED,
        "requested_by_id": asker.pk,
        "approved_by_id": decider.pk,
        "requested_by_name": asker.full_name,
        "approved_by_name": decider.full_name,
        "created_at": NOW,
        "merged_at": NOW,
    }
    with tenant(municipality.pk):
        return RegisterImport.objects.create(municipality=municipality, **{**defaults, **values})


def make_list(world: World, election: Election, *, people: int = 12, streets: int = 4, final: bool = True) -> Extraction:
    """A finished extraction with ``people`` voters: one in ten not Belgian (municipal council only)."""
    place = election.municipality
    register = make_register(world, place)
    assert register.requested_by_id is not None
    with tenant(place.pk), connection.cursor() as cursor:
        number = Extraction.objects.filter(municipality=place, election=election).count() + 1
        extraction = Extraction.objects.create(
            municipality=place,
            election=election,
            number=number,
            kind=Extraction.Kind.TRIAL,
            state=Extraction.State.DONE,
            register_import=register,
            sha256="ab" * 32,
            requested_by_id=register.requested_by_id,
            requested_by_name=register.requested_by_name,
            requested_at=NOW,
            finished_at=NOW,
        )
        params = {"place": place.pk, "extraction": extraction.pk, "register": register.pk, "people": people, "streets": streets}
        cursor.execute(PEOPLE, params)
        cursor.execute(TOKENS, params)
        cursor.execute(COUNTS, params)
        voters, non_belgians, minors, municipal, provincial = cursor.fetchone()
        extraction.counts = {
            "persons": people,
            "voters": voters,
            "non_belgians": non_belgians,
            "minors": minors,
            "by_ballot": {"municipal": municipal, "provincial": provincial},
        }
        if final:
            extraction.kind = Extraction.Kind.FINAL
            extraction.approved_by_id, extraction.approved_by_name = register.approved_by_id, register.approved_by_name
            extraction.approved_at = extraction.frozen_at = NOW
        extraction.save()
    return extraction
