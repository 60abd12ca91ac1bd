"""Made-up persons written straight into the register, by one statement: enough of every kind that the rules tell apart."""

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection, connections

from core.actor import SYSTEM
from core.tenancy import tenant
from municipalities import services
from municipalities.models import Municipality

NAMES = Path(__file__).resolve().parent.parent / "demo" / "data" / "names"
AT = datetime(2024, 8, 2, 6, 0, tzinfo=UTC)

FILL = """
INSERT INTO voters_person
       (municipality_id, national_number, last_name, first_names, name_key, birth_date, born_on, sex, nationality, register, registered_on,
        legal_stay_since, postcode, street_name, house_number, box_number, address_id, household_id, household_role, language, suspension,
        suspension_until, deceased_on, struck_on, departed_on, departed_to, eu_voter_since, eu_voter_until, local_voter_since,
        local_voter_until, version, created_import_id, changed_import_id)
SELECT %(municipality_id)s, lpad(n::text, 11, '0'), last_name, first_names, core_fold(last_name || '  ' || first_names),
       CASE WHEN n %% 311 = 0 THEN to_char(born_on, 'YYYY') || '-00-00' ELSE born_on::text END,
       CASE WHEN n %% 311 = 0 THEN date_trunc('year', born_on)::date ELSE born_on END,
       CASE WHEN n %% 2 = 0 THEN 'F' ELSE 'M' END, nationality,
       CASE WHEN nationality = 'BE' THEN CASE WHEN n %% 997 = 0 THEN 'VR' ELSE 'BR' END
            WHEN n %% 41 = 0 THEN 'WR' WHEN n %% 2 = 0 THEN 'VR' ELSE 'BR' END,
       greatest(born_on, date '2024-08-20' - (r4 * 9000)::int),
       CASE WHEN nationality <> 'BE' THEN date '2010-03-01' END,
       '1500', 'Straat ' || (n / 60), (1 + n / 2 %% 200)::text, CASE WHEN n %% 5 = 0 THEN (n %% 12)::text ELSE '' END,
       n / 2, 'H' || n / 2, 1 + n %% 2, 'nl',
       CASE WHEN n %% 251 = 0 THEN 'suspended' WHEN n %% 253 = 0 THEN 'excluded' ELSE '' END,
       CASE WHEN n %% 502 = 0 THEN date '2024-10-01' + (r5 * 30)::int END,
       CASE WHEN n %% 103 = 0 THEN date '2024-01-01' + (r5 * 290)::int END,
       CASE WHEN n %% 407 = 0 THEN date '2024-01-01' + (r5 * 290)::int END,
       CASE WHEN n %% 89 = 0 THEN date '2024-01-01' + (r5 * 290)::int END,
       '',
       CASE WHEN nationality IN ('FR', 'RO') AND n %% 4 = 0 THEN date '2019-01-01' + (r5 * 2100)::int END, NULL,
       CASE WHEN nationality <> 'BE' AND n %% 5 < 2 THEN date '2018-01-01' + (r5 * 2450)::int END,
       CASE WHEN nationality <> 'BE' AND n %% 35 = 0 THEN date '2024-01-01' + (r5 * 280)::int END,
       1, 0, 0
  FROM (SELECT n, r4, r5, (date '2024-08-20' - (r1 * 34000)::int) AS born_on,
               (%(last_names)s::text[])[1 + (r2 * r2 * %(last)s)::int] AS last_name,
               (%(first_names)s::text[])[1 + (r3 * r3 * %(first)s)::int] AS first_names,
               CASE WHEN n %% 7 > 0 THEN 'BE' ELSE (ARRAY['FR', 'RO', 'MA', 'GB'])[1 + n / 7 %% 4] END AS nationality
          FROM (SELECT n, random() AS r1, random() AS r2, random() AS r3, random() AS r4, random() AS r5
                  FROM generate_series(1, %(persons)s) n OFFSET 0) drawn OFFSET 0) made
"""


def make_municipality(*, nis_code: str, persons: int, seed: float = 0.5) -> Municipality:
    """Make a municipality with so many persons, always the same for the same seed (-1 to 1)."""
    municipality = services.create_municipality(nis_code=nis_code, name=f"Town {nis_code}", by=SYSTEM, at=AT)
    fill(municipality, persons=persons, seed=seed)
    return municipality


def fill(municipality: Municipality, *, persons: int, seed: float = 0.5) -> None:
    """Write so many persons into the register of a municipality that has none."""
    last_names = _names("last_names_nl_BE_statbel2022.csv")
    first_names = _names("first_names_female_nl_BE_statbel2022.csv") + _names("first_names_male_nl_BE_statbel2022.csv")
    parameters: dict[str, Any] = {
        "municipality_id": municipality.pk,
        "persons": persons,
        "last_names": last_names,
        "last": len(last_names) - 1,
        "first_names": first_names,
        "first": len(first_names) - 1,
    }
    with tenant(municipality.pk), connection.cursor() as cursor:
        cursor.execute("SELECT setseed(%s)", [seed])
        cursor.execute(FILL, parameters)


def analyze() -> None:
    """Give the planner the statistics that autovacuum gathers elsewhere. Needs the owner's connection."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _names(file: str) -> list[str]:
    with (NAMES / file).open(encoding="utf-8", newline="") as stream:
        return [row["name"] for row in csv.DictReader(stream)]
