"""The second database alias is the owner's door for migrations, not a second database."""

from typing import Any


class ApplicationRouter:
    """Reads and writes go through the application's role; only migrations may name the owner."""

    def db_for_read(self, _model: type[Any], **_hints: Any) -> str:
        return "default"

    def db_for_write(self, _model: type[Any], **_hints: Any) -> str:
        return "default"

    def allow_relation(self, _obj1: Any, _obj2: Any, **_hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, _app_label: str, **_hints: Any) -> bool:
        return db == "owner"
