"""The merge stream: a page laid out once in HTML, then thousands of pages with what changes, in one file without a merge.

A template is compiled to a form with slots (``forms.compile_form``: what a template may say stands there). Forms and fonts
are the ``Stationery``. A ``Plan`` gives every station its object and page numbers, so that a writer takes pages as they come
(``whole_file``), or several write segments of the file apart (``StreamWriter``) and ``epilogue`` ends it by their lengths:
the bytes are the same however the stations were divided. ``read_back`` then reads the file with other libraries. Refusals
(a letter that the fonts lack, a name that does not fit, a code that cannot be) are exceptions that name the record:
``values.RecordRefusedError``.

The whole of it, as ``tests/documents/stream/test_example.py`` runs it::

    form = compile_form('<div data-slot="address" data-lines="4" style="…"></div> <p data-slot="office" data-layer="station" …></p> …')
    stationery = Stationery({"nl": form}, title="Oproepingsbrieven 13 oktober 2024")
    plan = Plan(stationery, [Station("1 Stadhuis", pages=2), Station("2 Sporthal", pages=1)])

    composer = Composer(stationery)                                       # keeps words: one a process is best
    with target.open("wb") as stream, whole_file(plan, stream) as writer:
        for station in stations:
            pages = (composer.page("nl", values(voter), record=voter.number) for voter in station.voters)
            writer.station(pages, layers=composer.layers({"nl": {"office": station.office}}, record=station.office))
    report = read_back(target, (Facts(token, texts=(name, street, place), codes=(qr,)) for …), token=r"[A-Z0-9]{10}")
    assert report.ok, report.problems

``values`` are ``{"address": (Name("Janssens", ("Jan", "Piet")), "Dorpsstraat 1", "1500 Halle"), "token": "…", "qr": "…"}``: every slot of
the layer, ``""`` for none. ``Singles(stationery).pdf("nl", values, station=…, record=…)`` is one voter's own file;
``overprint=Offset(right=1.5, up=-0.5)`` leaves the fixed form out, for ``Singles`` and ``Composer``. ``lists`` makes voters lists.
``forms.CompiledForm.to_json`` freezes an approved template with a run.
"""
