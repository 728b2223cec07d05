"""`manage.py import_places FILE…`: bring the places of a city, or the shipped ones."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from alerts.places.areas import BadArea
from alerts.places.importing import UnreadableFile, read_places
from alerts.places.rows import PlaceRow
from alerts.places.shipped import shipped_rows
from alerts.places.table import keep, rebuild_index

EVERY = 5_000


class Command(BaseCommand):
    help = (
        "Read places from OpenStreetMap extracts (.osm.pbf), GeoJSON, CSV or GTFS stops.txt."
        " A bad file changes nothing; the same file again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument(
            "--shipped", action="store_true", help="read the places that come with the program"
        )
        parser.add_argument("--source", default="", help="whom to name where they are shown")
        parser.add_argument("--dry-run", action="store_true", help="read, count, write nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not options["files"] and not options["shipped"]:
            raise CommandError("Name a file, or say --shipped.")
        try:
            rows = list(self.counted(read_all(options)))
            if options["dry_run"]:
                self.stdout.write(f"{len(rows)} places could be read. Nothing was written.")
                return
            kept = keep(rows)
        except FileNotFoundError as err:
            raise CommandError(f"There is no file {err.filename}.") from err
        except (UnreadableFile, BadArea) as err:
            raise CommandError(f"{err} Nothing was changed.") from err
        indexed = rebuild_index()
        self.stdout.write(
            f"{kept.new} new, {kept.changed} changed, {kept.same} as before,"
            f" {kept.areas} areas. The index holds {indexed}."
        )

    def counted(self, rows: Iterable[PlaceRow]) -> Iterator[PlaceRow]:
        """Show on a terminal how far it has come."""
        for number, row in enumerate(rows, 1):
            if number % EVERY == 0 and sys.stderr.isatty():
                self.stderr.write(f"\r{number:>9} places", ending="")
                self.stderr.flush()
            yield row


def read_all(options: dict[str, Any]) -> Iterator[PlaceRow]:
    if options["shipped"]:
        yield from shipped_rows()
    for path in options["files"]:
        yield from read_places(path, source=options["source"])
