"""One table of texts."""

from django.db import models


class NaiveText(models.Model):
    """One text to one number, in clear."""

    number = models.CharField(max_length=20)
    body = models.TextField()
    status = models.CharField(max_length=10, default="pending")
    sid = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        app_label = "naive"

    def __str__(self) -> str:
        return f"text {self.pk}"
