"""Sign-in (only what we use of allauth), invitations, the kill switch, health."""

from allauth.account import views as account
from django.urls import include, path
from django.views.i18n import set_language

from alerts.guard import health, views

# No sign-up, no e-mail, no password reset: those addresses do not exist.
account_patterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("factors/", include("allauth.mfa.urls")),
]

urlpatterns = [
    path("account/", include(account_patterns)),
    path("i18n/setlang/", set_language, name="set_language"),
    path("invited/<str:secret>/", views.invited, name="invited"),
    path("desk/stop/", views.stop_all, name="stop-all"),
    path("desk/resume/", views.resume, name="resume"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
