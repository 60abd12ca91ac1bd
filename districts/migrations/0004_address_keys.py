"""The keys by which addresses are compared, whoever spelled them (docs/formats/addresses.md, "How spellings are compared").

Immutable, so that a stored key stays true; every statement that compares an address uses these and nothing else.
"""

from django.db import migrations

# Words first, while the blanks between them still stand; then endings; then everything that is no letter or figure goes.
STREET_KEY = r"""
CREATE FUNCTION districts_street_key(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN
    regexp_replace(
    regexp_replace(
    regexp_replace(
    regexp_replace(
    regexp_replace(
    regexp_replace(
    regexp_replace(
    regexp_replace(
    regexp_replace(
    regexp_replace(
    regexp_replace(
        btrim(core_fold(value)),
        '\m(st|ste|sinte)\M(?=.*[a-z0-9])', 'sint', 'g'),
        '\m(o\.? ?l\.? ?v)\M(?=.*[a-z0-9])', 'onzelievevrouw', 'g'),
        '\mdr\M(?=.*[a-z0-9])', 'dokter', 'g'),
        '\mmgr\M(?=.*[a-z0-9])', 'monseigneur', 'g'),
        '\mburg\.', 'burgemeester', 'g'),
        '\mpast\.', 'pastoor', 'g'),
        '[^a-z0-9]+', '', 'g'),
        '(stwg|steenw|stw)$', 'steenweg'),
        'str$', 'straat'),
        'ln$', 'laan'),
        'pl$', 'plein');
"""

# A sign before a figure keeps what it parts (12/1 is not 121); before a letter it says nothing (12-A is 12A).
NUMBER_KEY = r"""
CREATE FUNCTION districts_number_key(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN
    regexp_replace(
    regexp_replace(
    regexp_replace(
    regexp_replace(
    regexp_replace(
    regexp_replace(
        btrim(core_fold(value)),
        '^(huisnummer|nummer|nr)[^a-z0-9]*(?=[0-9])', ''),
        '([0-9])[ ]*-[ ]*(?=[0-9])', '\1~', 'g'),
        '([a-z0-9])[^a-z0-9~]+(?=[0-9])', '\1/', 'g'),
        '[^a-z0-9/~]+|(?<![a-z0-9])[/~]+|[/~]+(?![0-9])', '', 'g'),
        '~', '-', 'g'),
        '^0+(?=[0-9])', '');
"""

BOX_KEY = r"""
CREATE FUNCTION districts_box_key(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN
    regexp_replace(
    regexp_replace(
    regexp_replace(
    regexp_replace(
    regexp_replace(
        btrim(core_fold(value)),
        '^(postbus|busnummer|bus|boite|bte|box|appartement|app|apt)[^a-z0-9]*(?=[a-z0-9])', ''),
        '^b[^a-z0-9]*(?=[0-9])', ''),
        '([0-9])[^a-z0-9]+(?=[0-9])', '\1/', 'g'),
        '[^a-z0-9/]+|(?<![0-9])/+|/+(?![0-9])', '', 'g'),
        '^0+(?=[0-9])', '');
"""

# The two halves in which districts_address stores a house number: 12a is 12 and "a", 12/1 is 12 and "/1", "z" is 0 and "z".
NUMBER = """
CREATE FUNCTION districts_number(number_key text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN coalesce(substring(number_key FROM '^[0-9]{1,9}')::integer, 0);
"""

SUFFIX = """
CREATE FUNCTION districts_suffix(number_key text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN regexp_replace(number_key, '^[0-9]{1,9}', '');
"""


class Migration(migrations.Migration):
    dependencies = [("districts", "0003_row_security"), ("core", "0002_security")]

    operations = [
        migrations.RunSQL(STREET_KEY, "DROP FUNCTION districts_street_key(text)"),
        migrations.RunSQL(NUMBER_KEY, "DROP FUNCTION districts_number_key(text)"),
        migrations.RunSQL(BOX_KEY, "DROP FUNCTION districts_box_key(text)"),
        migrations.RunSQL(NUMBER, "DROP FUNCTION districts_number(text)"),
        migrations.RunSQL(SUFFIX, "DROP FUNCTION districts_suffix(text)"),
    ]
