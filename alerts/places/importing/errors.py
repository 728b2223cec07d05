"""What can be wrong with a file that is to be imported."""


class UnreadableFile(Exception):
    """The file cannot be imported. The message says why, in a sentence for a person."""


class UnknownFormat(UnreadableFile):
    """The name ends in none of the formats that can be read."""


class BrokenFile(UnreadableFile):
    """The file is damaged or is not of the format its name says."""


class MissingColumns(UnreadableFile):
    """A table lacks columns that are needed."""


class BadRow(UnreadableFile):
    """A row holds a value that cannot be right; the message gives its number."""


class NothingInside(UnreadableFile):
    """The file is sound and holds no places."""


class OsmReaderMissing(UnreadableFile):
    """OpenStreetMap extracts need the optional package osmium (extra `osm`)."""
