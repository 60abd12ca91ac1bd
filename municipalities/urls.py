"""Routes of municipalities and their people."""

urlpatterns: list[object] = []
