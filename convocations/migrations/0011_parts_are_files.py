"""A part of a run is a file of its own, drawn and read back in one go: nothing of it is kept in pieces any more."""

from django.db import migrations, models

KINDS = [
    ("cards", "cards"),
    ("proof", "proof set"),
    ("manifest", "list of the cards"),
    ("files", "list of the files"),
    ("back", "back sides"),
    ("withdrawn", "pages to be taken out"),
    ("sums", "checksums"),
    ("bpost", "list for bpost"),
    ("answer", "answer of bpost"),
    ("printer", "report of the printer"),
]


class Migration(migrations.Migration):
    dependencies = [("convocations", "0010_papers_and_blanks_guards")]

    operations = [
        *[migrations.RemoveField("runpart", name) for name in ("file", "sha256", "segment")],
        migrations.AlterField("runfile", "kind", models.CharField(choices=KINDS, max_length=9)),
    ]
