"""Who is written to in French: the same as ``convocations.cards.languages.card_language``, for a whole list in one statement."""

FRENCH = """SELECT DISTINCT person_id FROM convocations_languagechoice
     WHERE municipality_id = %(municipality_id)s AND language = 'fr'
       AND received_on <= %(today)s AND ends_on >= %(today)s AND (withdrawn_on IS NULL OR withdrawn_on > %(today)s)"""
"""The ids of the voters who have asked for it on the day ``today`` (a date of the municipality's)."""
