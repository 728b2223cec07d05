"""Collect the static files while the image is built: `python -m deploy.collect_static`.

Django reads all settings for that, so keys are made for this one command and thrown away.
"""

import os
import tempfile
from pathlib import Path

from django.core.management import execute_from_command_line

from rapidresponse import demo

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapidresponse.settings")
    os.environ["CARRIER"] = "memory"
    with tempfile.TemporaryDirectory() as folder:
        demo.prepare(Path(folder), port=0)
        execute_from_command_line(["manage.py", "collectstatic", "--noinput"])
