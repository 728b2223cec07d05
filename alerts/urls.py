"""Which door leads to which room."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
