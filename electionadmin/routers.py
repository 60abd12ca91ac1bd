"""The second database alias is the owner's door for migrations, not a second database."""

from typing import Any


class ApplicationRouter:
    """Reads and writes go through the application's role; only migrations may name the owner."""

    def db_for_read(self, model: type[Any], **hints: Any) -> str:
        return "default"

    def db_for_write(self, model: type[Any], **hints: Any) -> str:
        return "default"

    def allow_relation(self, obj1: Any, obj2: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"
