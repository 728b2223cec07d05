"""The coordinator's addresses."""

from django.urls import path

from alerts.responders.views import roster, staff

PEOPLE = "coordinate/people/"

urlpatterns = [
    path(PEOPLE, staff.people, name="people"),
    path(f"{PEOPLE}invite/", staff.invite, name="invite"),
    path(f"{PEOPLE}invitations/<uuid:pk>/withdraw/", staff.withdraw, name="invitation-withdraw"),
    path(f"{PEOPLE}<uuid:pk>/deactivate/", staff.deactivate, name="person-deactivate"),
    path(f"{PEOPLE}<uuid:pk>/reactivate/", staff.reactivate, name="person-reactivate"),
    path(f"{PEOPLE}<uuid:pk>/role/", staff.change_role, name="person-role"),
    path(f"{PEOPLE}responders/", roster.responders, name="responders"),
    path(f"{PEOPLE}responders/add/", roster.add, name="responder-add"),
    path(f"{PEOPLE}responders/<uuid:pk>/pause/", roster.pause, name="responder-pause"),
    path(f"{PEOPLE}responders/<uuid:pk>/resume/", roster.unpause, name="responder-resume"),
    path(f"{PEOPLE}responders/<uuid:pk>/take-off/", roster.take_off, name="responder-take-off"),
]
