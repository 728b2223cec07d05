"""The fault kit: breaks everything on purpose and counts what was lost or doubled."""
