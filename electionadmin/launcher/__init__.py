"""What ./run does: a virtual environment, embedded PostgreSQL and Valkey, the worker and the web server.

Standard library only, because it runs before anything is installed. See docs/adr/0002-embedded-services.md.
"""
