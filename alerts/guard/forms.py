"""What people type at the guard's doors."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_text_html,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alerts.models import User

password_help = lazy(password_validators_help_text_html, SafeString)


class AcceptForm(forms.Form):
    """How an invited person will sign in."""

    username = forms.CharField(
        label=gettext_lazy("Your name for signing in"),
        help_text=gettext_lazy("Letters, digits, dots and hyphens. It need not be your real name."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        help_text=password_help(),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("The same password again"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_username(self) -> str:
        # Names that differ in capitals only would be one name at the sign-in.
        username: str = User.normalize_username(self.cleaned_data["username"]).lower()
        field = User._meta.get_field("username")
        field.run_validators(username)
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("Somebody has this name already. Please choose another."))
        return username

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        password, username = data.get("password", ""), data.get("username", "")
        if password != data.get("again", ""):
            self.add_error("again", _("This is not the password above."))
        elif password:
            try:
                validate_password(password, User(username=username))
            except ValidationError as err:
                self.add_error("password", err)
        return data
