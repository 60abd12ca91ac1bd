"""Every address of the site, from the URL resolver: the pages that a head can open, and why the others are no page.

A new route fails ``test_every_route_is_known`` until it stands here; a page needs the values of its address from the stage.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from demo.main_job import ELECTION_DAY
from tests.browser.stage import Stage

NIS = "73028"
Values = dict[str, Any]


def named_routes() -> dict[str, set[str]]:
    """Name of each route of the site → the names in its address. The Django admin is not for a municipality."""
    return dict(_walk(get_resolver(), set()))


def _walk(resolver: URLResolver, above: set[str]) -> Iterator[tuple[str, set[str]]]:
    for pattern in resolver.url_patterns:
        values = above | set(pattern.pattern.converters)
        if isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern), values
        elif pattern.app_name != "admin":
            yield from _walk(pattern, values)


def _one(query: str, name: str = "pk") -> Callable[[Stage], Values]:
    def find(stage: Stage) -> Values:
        rows = stage.rows(query, nis=NIS)
        assert rows, f"nothing on the stage for: {query}"
        return {name: rows[0][0]}

    return find


REGISTER_MERGED = _one("SELECT id FROM voters_registerimport WHERE state = 'merged'")
REGISTER_WAITING = _one("SELECT id FROM voters_registerimport WHERE state = 'requested'")
REGISTER_INVALID = _one("SELECT id FROM voters_registerimport WHERE state = 'invalid'")
JOB = _one("SELECT id FROM core_job ORDER BY id LIMIT 1")
STREET = _one("SELECT id FROM districts_street ORDER BY name LIMIT 1")
ADDRESS_IMPORT = _one("SELECT id FROM districts_addressimport")
DISTRICT = _one("SELECT id FROM districts_district ORDER BY code LIMIT 1")
DISTRICT_STREET = _one("SELECT street_id FROM districts_streetrange ORDER BY id LIMIT 1")
DISTRICT_STREET_ASKED = _one("SELECT '?street=' || street_id FROM districts_streetrange ORDER BY id LIMIT 1", "query")
DISTRICT_AREA = _one("SELECT id FROM districts_area")
DISTRICT_CHANGE = _one("SELECT id FROM districts_districtchange ORDER BY id DESC LIMIT 1")
DISTRICT_FILE = _one("SELECT id FROM districts_districtimport WHERE state = 'checked'")
DISTRICT_FILE_INVALID = _one("SELECT id FROM districts_districtimport WHERE state = 'invalid'")
DISTRICT_FILE_DONE = _one("SELECT id FROM districts_districtimport WHERE state = 'done'")
BUILDING = _one("SELECT id FROM districts_building ORDER BY name LIMIT 1")
STATION = _one("SELECT id FROM districts_station ORDER BY number LIMIT 1")
PERSON = _one("SELECT id FROM voters_person ORDER BY id LIMIT 1")
TRIAL = _one("SELECT number FROM voters_extraction WHERE kind = 'trial' AND state = 'done'", "number")
FINAL = _one("SELECT number FROM voters_extraction WHERE kind = 'final' AND state = 'done'", "number")
COLUMN_MAP = _one("SELECT id FROM voters_columnmap")
EXPORT = _one("SELECT id FROM core_job WHERE kind = 'voters.export_list' AND state = 'done'")
DRAFT = _one("SELECT number FROM voters_draft WHERE state = 'ready' ORDER BY number LIMIT 1", "number")
DRAFT_REQUESTED = _one("SELECT number FROM voters_draft WHERE state = 'requested'", "number")
TWO_DRAFTS = _one("SELECT '?before=' || min(id) || '&after=' || max(id) FROM voters_draft WHERE state = 'ready'", "query")
PAPERS = _one("SELECT id FROM core_job WHERE kind = 'voters.station_papers' AND state = 'done'")
LIST_COPY = _one("SELECT id FROM voters_listcopy WHERE state = 'made'")
LIST_COPY_ASKED = _one("SELECT id FROM voters_listcopy WHERE state = 'requested'")
COMPARED = _one(
    "SELECT '?draft=' || max(number) || '&before=' || min(number) FROM voters_draft WHERE state IN ('ready', 'requested')", "query"
)
PLACED_STREET = _one(
    "SELECT '?street=' || a.street_id || '&postcode=' || a.postcode FROM voters_placement p JOIN districts_address a ON a.id = p.address_id "
    "ORDER BY p.id LIMIT 1",
    "query",
)
PLACED_PERSON = _one("SELECT head_id FROM voters_placement WHERE head_id IS NOT NULL ORDER BY id LIMIT 1")

UNKNOWN_SPELLING = _one(
    "SELECT '?postcode=' || postcode || '&street_key=' || replace(districts_street_key(street_name), ' ', '+') "
    "FROM voters_person WHERE address_id IS NULL AND street_name <> '' ORDER BY id LIMIT 1",
    "query",
)
MUTATIONS = _one("SELECT id FROM voters_registerimport WHERE kind = 'mutations'")
LISTED = _one(
    "SELECT e.person_id FROM voters_entry e JOIN voters_extraction x ON x.id = e.extraction_id WHERE x.kind = 'final' "
    "ORDER BY e.list_number DESC LIMIT 1"
)
DECISION = _one("SELECT id FROM voters_listdecision WHERE state = 'recorded'")
DECISION_ASKED = _one("SELECT id FROM voters_listdecision WHERE state = 'requested'")


def CARD_TEXT(stage: Stage) -> Values:  # noqa: N802 - stands among the constants; every local election has it
    """A kind of card, and its built-in text."""
    return {"key": "invitation-local-paper-nl", "number": 0, "sample": 0}


def LIST_KIND(stage: Stage) -> Values:  # noqa: N802 - stands among the constants
    """The kind of copy that asks most."""
    return {"kind": "party"}


def CHECK(stage: Stage) -> Values:  # noqa: N802 - stands among the constants
    """A check that found something, on the final list."""
    return {**FINAL(stage), "code": "unknown_address"}


def DRAFT_STREET(stage: Stage) -> Values:  # noqa: N802 - stands among the constants
    """A street of a draft."""
    return {**DRAFT(stage), **PLACED_STREET(stage)}


def DRAFT_PERSON(stage: Stage) -> Values:  # noqa: N802 - stands among the constants
    """A voter of a draft."""
    return {**DRAFT(stage), **PLACED_PERSON(stage)}


# Name of the page → what its address needs besides municipality and election day, and its query. More than one state of the
# same page: "name:state".
PAGES: dict[str, tuple[Callable[[Stage], Values] | None, str]] = {
    "municipality_choice": (None, ""),
    "municipality_home": (None, ""),
    "account_logout": (None, ""),
    "account_change_password": (None, ""),
    "account_reauthenticate": (None, ""),
    "mfa_index": (None, ""),
    "mfa_activate_totp": (None, ""),
    "mfa_list_webauthn": (None, ""),
    "mfa_add_webauthn": (None, ""),
    "people_list": (None, ""),
    "place_list": (None, ""),
    "bpost_settings": (None, ""),
    "person_new": (None, ""),
    "job_list": (None, ""),
    "job_detail": (JOB, ""),
    "approval_list": (None, ""),
    "audit_list": (None, ""),
    "register_import_list": (None, ""),
    "register_import_new": (None, ""),
    "register_import_detail": (REGISTER_WAITING, ""),
    "register_import_detail:merged": (REGISTER_MERGED, ""),
    "register_import_detail:invalid": (REGISTER_INVALID, ""),
    "register_import_report": (REGISTER_INVALID, ""),
    "register_import_differences": (REGISTER_WAITING, ""),
    "column_map_list": (None, ""),
    "column_map_new": (None, ""),
    "column_map_edit": (COLUMN_MAP, ""),
    "unmatched_list": (None, ""),
    "unmatched_street": (UNKNOWN_SPELLING, ""),
    "person_search": (None, "?q=de"),
    "person_search:empty": (None, ""),
    "search": (None, "?q=de"),
    "person_detail": (PERSON, ""),
    "person_cards": (PERSON, ""),
    "card_run_list": (None, ""),
    "card_run_new": (None, ""),
    "cards": (None, ""),
    "cards:nothing": (None, "?q=zzzz"),
    "card_case_list": (None, ""),
    "card_returns": (None, ""),
    "card_returns_file": (None, ""),
    "counter_search": (None, ""),
    "counter_voter": (PERSON, ""),
    "counter_check": (None, ""),
    "counter_blanks": (None, ""),
    "counter_printers": (None, ""),
    "counter_printer_new": (None, ""),
    "counter_desk_new": (None, ""),
    "counter_reissue": (None, ""),
    "election_new": (None, ""),
    "election_overview": (None, ""),
    "election_rules": (None, ""),
    "election_change": (None, ""),
    "election_remove": (None, ""),
    "extraction_list": (None, ""),
    "extraction_detail": (TRIAL, ""),
    "extraction_detail:final": (FINAL, ""),
    "extraction_request": (None, ""),
    "extraction_delete": (TRIAL, ""),
    "extraction_compare": (None, "?before=1&after=2"),
    "extraction_differences": (None, "?before=1&after=2"),
    "extraction_check": (CHECK, ""),
    "voter_list": (None, ""),
    "voter_list:nothing": (None, "?q=zzzz"),
    "voter_export": (None, ""),
    "voter_export_file": (EXPORT, ""),
    "street_list": (None, ""),
    "street_detail": (STREET, ""),
    "address_import_new": (None, ""),
    "address_import_detail": (ADDRESS_IMPORT, ""),
    "street_prepare": (None, ""),
    "district_list": (None, ""),
    "district_list:counted": (None, "?figures=1"),
    "district_list:nothing": (None, "?q=zzzz"),
    "district_detail": (DISTRICT, ""),
    "district_detail:figures": (DISTRICT, "?part=figures"),
    "district_new": (None, ""),
    "district_edit": (DISTRICT, ""),
    "district_street_search": (DISTRICT, "?q=a"),
    "district_street": (DISTRICT_STREET, ""),
    "district_copy": (None, ""),
    "district_map": (None, ""),
    "district_map:street": (DISTRICT_STREET_ASKED, ""),
    "district_area_list": (None, ""),
    "district_area_new": (None, ""),
    "district_area_edit": (DISTRICT_AREA, ""),
    "district_change_list": (None, ""),
    "district_change_detail": (DISTRICT_CHANGE, ""),
    "district_findings": (None, ""),
    "district_import_new": (None, ""),
    "district_import_detail": (DISTRICT_FILE, ""),
    "district_import_detail:invalid": (DISTRICT_FILE_INVALID, ""),
    "district_import_detail:done": (DISTRICT_FILE_DONE, ""),
    "which_district": (None, ""),
    "which_district:found": (None, "?q=a"),
    "building_list": (None, ""),
    "building_list:nothing": (None, "?q=zzzz"),
    "building_new": (None, ""),
    "building_detail": (BUILDING, ""),
    "building_edit": (BUILDING, ""),
    "building_accessibility": (BUILDING, ""),
    "building_close": (BUILDING, ""),
    "building_photo_edit": (BUILDING, ""),
    "station_list": (None, ""),
    "station_list:nothing": (None, "?q=zzzz"),
    "station_new": (None, ""),
    "station_detail": (STATION, ""),
    "station_edit": (STATION, ""),
    "station_delete": (STATION, ""),
    "station_import": (None, ""),
    "station_copy": (None, ""),
    "draft_list": (None, ""),
    "draft_new": (None, ""),
    "draft_detail": (DRAFT, ""),
    "draft_detail:requested": (DRAFT_REQUESTED, ""),
    "draft_rename": (DRAFT, ""),
    "draft_delete": (DRAFT, ""),
    "draft_streets": (DRAFT, ""),
    "draft_streets:nothing": (DRAFT, "?q=zzzz"),
    "draft_houses": (DRAFT_STREET, ""),
    "draft_unplaced": (DRAFT, ""),
    "draft_person": (DRAFT_PERSON, ""),
    "draft_move": (DRAFT_STREET, ""),
    "draft_freeze": (DRAFT, ""),
    "draft_compare": (TWO_DRAFTS, ""),
    "draft_differences": (TWO_DRAFTS, ""),
    "pin_list": (None, ""),
    "pin_new": (None, ""),
    "station_renumber": (None, "?order=district&start=101"),
    "election_map": (None, ""),
    "election_map:compared": (COMPARED, ""),
    "election_map:street": (None, "?q=dorp"),
    "election_map:districts": (None, "?draft=none"),
    "preparation_checks": (None, ""),
    "preparation_checks:register": (None, "?list=register"),
    "served_list": (None, ""),
    "served_streets": (None, ""),
    "served_streets:nothing": (None, "?q=zzzz"),
    "served_detail": (STATION, ""),
    "served_papers": (None, ""),
    "served_papers_file": (PAPERS, ""),
    "list_copy_list": (None, ""),
    "list_copy_new": (LIST_KIND, ""),
    "list_copy_detail": (LIST_COPY, ""),
    "list_copy_detail:requested": (LIST_COPY_ASKED, ""),
    "card_letterhead": (None, ""),
    "card_template_list": (None, ""),
    "card_settings": (None, ""),
    "card_template_detail": (CARD_TEXT, ""),
    "card_template_edit": (CARD_TEXT, ""),
    "card_template_compare": (CARD_TEXT, ""),
    "language_choice": (PERSON, ""),
    "mutation_list": (None, ""),
    "mutation_new": (None, ""),
    "mutation_events": (MUTATIONS, ""),
    "register_import_detail:mutations": (MUTATIONS, ""),
    "ledger_list": (None, ""),
    "ledger_list:nothing": (None, "?q=zzzz"),
    "ledger_sheet": (None, ""),
    "ledger_sheet:shown": (None, "?since=01/08/2024&until=13/10/2024"),
    "decision_list": (None, ""),
    "decision_new": (LISTED, "?kind=correct"),
    "decision_new:add": (LISTED, "?kind=add"),
    "decision_detail": (DECISION, ""),
    "decision_detail:requested": (DECISION_ASKED, ""),
    "decision_withdraw": (DECISION, ""),
}
# On the stage with cards (conftest: ``town_of_cards``), where an assignment is frozen.
RUN_RELEASED = _one("SELECT number FROM convocations_printrun WHERE state = 'released'", "number")
RUN_READY = _one("SELECT number FROM convocations_printrun WHERE state = 'ready'", "number")
CARD = _one("SELECT id FROM convocations_card WHERE state = 'returned' ORDER BY id LIMIT 1")
CARD_REPLACED = _one("SELECT id FROM convocations_card WHERE state = 'replaced' ORDER BY id LIMIT 1")
CASE = _one("SELECT id FROM convocations_cardcase WHERE state = 'open' AND kind = 'returned' ORDER BY id LIMIT 1")
CASE_CHANGED = _one("SELECT id FROM convocations_cardcase WHERE state = 'open' AND kind = 'changed'")
CARD_VOTER = _one("SELECT person_id FROM convocations_card WHERE state = 'replaced' ORDER BY id LIMIT 1")
COUNTER = _one("SELECT id FROM convocations_counter")
PRINTER = _one("SELECT id FROM convocations_cardprinter")
DUPLICATE = _one("SELECT id FROM convocations_duplicate ORDER BY id LIMIT 1")
RUN_FILE = _one(
    "SELECT f.id FROM convocations_runfile f JOIN convocations_printrun r ON r.id = f.run_id WHERE r.state = 'released' AND f.kind = 'cards'"
)


def _work(kind: str, state: str) -> Callable[[Stage], Values]:
    """Work on the released run: a list for bpost, or an answer to it."""
    find = _one(f"SELECT id FROM core_job WHERE kind = 'convocations.{kind}' AND state = '{state}'")  # our own words
    return lambda stage: {**RUN_RELEASED(stage), **find(stage)}


CARD_PAGES: dict[str, tuple[Callable[[Stage], Values] | None, str]] = {
    "card_run_list:made": (None, ""),
    "card_run_new:again": (None, ""),
    "card_run_detail": (RUN_RELEASED, ""),
    "card_run_detail:ready": (RUN_READY, ""),
    "card_run_cancel": (RUN_READY, ""),
    "card_run_release": (RUN_READY, ""),
    "card_run_bpost": (RUN_RELEASED, ""),
    "card_run_work:list": (_work("bpost_list", "done"), ""),
    "card_run_work:answer": (_work("bpost_answer", "done"), ""),
    "card_run_work:refused": (_work("bpost_answer", "failed"), ""),
    "card_run_answer": (RUN_RELEASED, ""),
    "card_run_printer": (RUN_RELEASED, ""),
    "cards:made": (None, ""),
    "card_detail": (CARD, ""),
    "card_detail:replaced": (CARD_REPLACED, ""),
    "card_case_list:open": (None, ""),
    "card_case_close": (CASE, ""),
    "card_case_close:changed": (CASE_CHANGED, ""),
    "card_returns:noted": (None, ""),
    "person_cards:made": (CARD_VOTER, ""),
    "counter_voter:replaced": (CARD_VOTER, ""),
    "counter_blanks:counted": (None, ""),
    "counter_blank_history": (COUNTER, ""),
    "counter_printers:made": (None, ""),
    "counter_printer": (PRINTER, ""),
    "counter_desk": (COUNTER, ""),
    "counter_reissue:asked": (None, ""),
    "card_template_list:requested": (None, ""),
    "card_template_detail:requested": (CARD_TEXT, ""),
}
# What is no page for a head, and what GET answers instead: a file, a status, a page elsewhere, or a part of a page.
ONLY_POST = {
    "counter_issue", "card_run_anew", "card_case_changed", "card_run_decide", "card_run_take_back", "card_run_withdraw_cards", "hour_wish",
    "set_language", "support_close", "bpost_settings_save", "role_grant", "role_end", "place_put",
    "place_remove", "job_cancel", "audit_verify", "register_import_request",
    "register_import_approve", "register_import_withdraw", "register_import_cancel", "register_import_again", "column_map_delete",
    "address_import_confirm", "extraction_trial", "extraction_decide", "person_number",
    "unmatched_again", "unmatched_address", "unmatched_undo", "station_sizes", "station_import_confirm",
    "street_drop", "district_close", "district_area_delete", "district_move", "district_map_change", "district_change_undo",
    "district_import_decide",
    "decision_decide", "decision_cancel",
    "card_letterhead_save", "card_template_preview", "card_template_discard", "card_template_request", "card_template_withdraw",
    "card_template_decide", "language_choice_withdraw",
    "list_copy_decide", "list_copy_withdraw",
    "draft_curve", "draft_undo", "draft_decide", "draft_withdraw", "pin_remove",
}  # fmt: skip
FILES = {
    "health_live", "health_ready", "audit_export", "register_import_problems", "voter_export_download", "street_export",
    "closing_report", "building_export", "building_photo", "building_place", "station_export",
    "district_export", "district_findings_export", "district_import_problems", "draft_stations_csv", "draft_streets_csv",
    "district_map_houses", "district_map_areas", "district_map_picture", "map_houses", "map_areas", "map_picture",
    "card_template_picture", "card_blank", "preparation_export", "served_csv", "served_notice", "served_paper", "served_picture",
    "served_papers_download", "card_case_csv", "card_case_xlsx", "ledger_export", "ledger_sheet_file", "list_copy_download",
}  # fmt: skip
FRAGMENTS = {"extraction_job", "draft_job", "unmatched_suggest"}
# The same on the stage with cards.
CARD_FILES = {"card_run_file", "counter_calibration", "counter_file"}
CARD_FRAGMENTS = {"card_run_job"}
ELSEWHERE = {
    "account_login": "for who is not signed in; test_sign_in",
    "account_signup": "closed; leads to a page that says so",
    "account_inactive": "for who may not come in any more",
    "account_email": "addresses are given by the municipality",
    "account_email_verification_sent": "no address is confirmed",
    "account_confirm_email": "no address is confirmed",
    "account_confirm_login_code": "no codes by mail",
    "account_set_password": "everybody has a password",
    "account_reset_password": "for who is not signed in; test_sign_in",
    "account_reset_password_done": "for who is not signed in; test_sign_in",
    "account_reset_password_from_key": "from a mail; test_sign_in",
    "account_reset_password_from_key_done": "from a mail",
    "mfa_authenticate": "half-way a sign-in; test_sign_in",
    "mfa_reauthenticate": "for who has a second factor; test_sign_in",
    "mfa_reauthenticate_webauthn": "for who has a key",
    "mfa_deactivate_totp": "for who has a second factor; test_sign_in",
    "mfa_view_recovery_codes": "for who has a second factor; test_sign_in",
    "mfa_generate_recovery_codes": "for who has a second factor; test_sign_in",
    "mfa_download_recovery_codes": "for who has a second factor",
    "mfa_remove_webauthn": "for who has a key",
    "mfa_edit_webauthn": "for who has a key",
    "card_back_picture": "a picture, where a text has a back side; tests/convocations/texts/test_backs",
    "act_again": "between saying who one is and what one does; test_main_job",
    "extraction_withdraw": "for a final list that waits; test_main_job",
    "job_result": "leads to the page of a file",
    "approval_decide": "leads to the page of what is decided",
    "support_open": "for platform staff; test_pages",
    "metrics": "for the machine that reads them, with its token",
}


def address(stage: Stage, name: str) -> str:
    """The address of a page on this stage."""
    find, query = (PAGES | CARD_PAGES)[name]
    name = name.partition(":")[0]
    needed = named_routes()[name]
    values: Values = {"nis": NIS, "election_date": ELECTION_DAY, **(find(stage) if find else {})}
    return reverse(name, kwargs={key: value for key, value in values.items() if key in needed}) + query + values.get("query", "")


def address_of_no_page(stage: Stage, name: str) -> str:
    """The address of something that is no page, with values that are real where the answer depends on them."""
    needed = named_routes()[name]
    finds = {
        "register_import_problems": REGISTER_INVALID,
        "district_import_problems": DISTRICT_FILE_INVALID,
        "voter_export_download": EXPORT,
        "extraction_job": TRIAL,
        "draft_job": DRAFT,
        "draft_stations_csv": DRAFT,
        "draft_streets_csv": DRAFT,
        "closing_report": FINAL,
        "building_photo": BUILDING,
        "card_template_picture": CARD_TEXT,
        "building_place": BUILDING,
        "served_paper": STATION,
        "served_picture": STATION,
        "served_papers_download": PAPERS,
        "list_copy_download": LIST_COPY,
        "card_run_job": RUN_RELEASED,
        "card_run_file": lambda stage: {**RUN_RELEASED(stage), **RUN_FILE(stage)},
        "counter_calibration": PRINTER,
        "counter_file": DUPLICATE,
    }
    values: Values = {
        "nis": NIS,
        "election_date": ELECTION_DAY,
        "pk": 1,
        "number": 1,
        "kind": "street",
        "key": CARD_TEXT(stage)["key"],
        **(finds[name](stage) if name in finds else {}),
    }
    return reverse(name, kwargs={key: value for key, value in values.items() if key in needed})
