"""Spanish as it is written in Los Angeles: $0.34 and 1,200, beside the same figures in English."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
