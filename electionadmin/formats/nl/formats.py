"""Dates are typed and shown as 13/10/2024; numbers as Django's own formats for the language give them."""

DATE_INPUT_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]
SHORT_DATE_FORMAT = "d/m/Y"
