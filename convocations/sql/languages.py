"""The same as ``convocations.cards.languages.card_language``, for a whole list in one statement."""

FRENCH = """EXISTS (
    SELECT 1 FROM convocations_languagechoice x
     WHERE x.municipality_id = %(municipality_id)s AND x.person_id = {person} AND x.language = 'fr'
       AND x.received_on <= %(made_on)s AND x.ends_on >= %(made_on)s AND (x.withdrawn_on IS NULL OR x.withdrawn_on > %(made_on)s))"""
"""Whether the voter with the id in ``{person}`` has asked for French on the day ``made_on`` (a date of the municipality's)."""
