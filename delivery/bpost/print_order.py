"""The order in which letters are printed and given to the post: postcode, street, number, box, whatever the collation of the database."""


def print_order_sql(*, postcode: str, street_key: str, number: str, box: str) -> str:
    """The terms of an ``ORDER BY``. ``street_key`` is the name as streets are compared (lower case, no accents), kept with the street.

    Numbers and boxes by their figures, then by what follows: 2, 2A, 10; no number or box first. The arguments are names of columns in
    code, never anything typed; end it with a key.
    """
    terms = [f'{postcode} COLLATE "C"', f'{street_key} COLLATE "C"']
    for column in (number, box):
        text = f"btrim(coalesce({column}, ''), ' ')"
        terms.append(f"coalesce(nullif(substring({text} from '^[0-9]+'), '')::numeric, -1)")
        terms.append(f"lower(regexp_replace({text}, '^[0-9]+', '') COLLATE \"C\") COLLATE \"C\"")
    return ", ".join(terms)
