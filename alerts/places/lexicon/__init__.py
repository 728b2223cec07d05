"""The words of three languages that the resolver knows, as plain sets."""
