"""The project: settings, routes, the Celery application, start-up and health.

Imports nothing: `electionadmin.launcher` runs before anything is installed. The Celery application is loaded by apps.py.
"""
