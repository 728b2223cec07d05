"""Each module here turns the names in a text into readings of one form."""
