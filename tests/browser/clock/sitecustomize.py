"""Loaded by every Python that finds this folder in PYTHONPATH: its clock begins at STAGE_CLOCK and goes on from there."""

import os
from datetime import datetime

import time_machine

if moment := os.environ.get("STAGE_CLOCK"):
    time_machine.travel(datetime.fromisoformat(moment), tick=True).start()
