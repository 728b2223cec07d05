"""What runs beside the product in production."""
