"""The coordinator's pages: staff, and responders."""
