"""The national number (rijksregisternummer) and the BIS number: eleven figures ``YYMMDD SSS CC`` (docs/formats/register.md, "National number").

``CC`` is 97 minus the remainder of the first nine figures by 97, with a ``2`` before the nine for who was born from 2000 on;
remainder 0 gives 97. A BIS number has 20 (sex unknown) or 40 (sex known) added to the month; month and day may be ``00``.
The day is not looked at: where the birth date is unknown and its serials are used up, it counts on past 31.
"""

# The rule for a text of eleven figures in PostgreSQL; ``{x}`` is the expression. Months: 0-12, 20-32, 40-52.
SQL_CHECK = """({x}::bigint % 100 IN (97 - {x}::bigint / 100 % 97, 97 - ({x}::bigint / 100 + 2000000000) % 97)
    AND substr({x}, 3, 2)::int <= 52 AND substr({x}, 3, 2)::int % 20 <= 12)"""
