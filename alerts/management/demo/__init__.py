"""What `make demo` puts into one process: neighbours, staff, worker, sweep, phones and web."""
