"""The usual way, to measure against: one Celery task per text, Twilio's client, one update each."""
