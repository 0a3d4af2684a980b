"""Users, service offices and the roles that users hold there. Passwords only as Django's salted hashes."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models

from keiki.domain.access import ALL_OFFICES, Grant, Role


class ServiceOffice(models.Model):
    """A service office (営業所): its code is the one that the customer information system's facts are mapped to."""

    code = models.CharField(max_length=20, primary_key=True, validators=[RegexValidator(r"^[a-z0-9_-]+\Z")])
    name_ja = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)

    class Meta:
        """Order."""

        ordering = ("code",)

    def __str__(self) -> str:
        return self.code


class People(BaseUserManager["User"]):
    """Finds users by what they log in with."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the user of that name, whatever its case."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """An employee responsible for route B. Never deleted: the audit names them for ever; left ones are not active."""

    username = models.CharField(max_length=60, unique=True, validators=[RegexValidator(r"^[A-Za-z0-9._-]+\Z")])
    name = models.CharField(max_length=60)
    email = models.EmailField(blank=True, default="")
    language = models.CharField(max_length=2, choices=[("ja", "日本語"), ("en", "English")], default="ja")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = People()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]  # noqa: RUF012 - Django's own type

    class Meta:
        """Order."""

        ordering = ("username",)

    def __str__(self) -> str:
        return self.username

    @property
    def reference(self) -> str:
        """What the audit calls the user."""
        return f"user {self.username}"

    def grants_held(self) -> tuple[Grant, ...]:
        """Return the roles that the user holds, with where."""
        if not self.is_active:
            return ()
        return tuple(held.as_grant() for held in self.grants.all())


class RoleGrant(models.Model):
    """A role that a user holds at a service office, or everywhere."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    office = models.CharField(max_length=20)
    granted_by = models.CharField(max_length=100)
    granted_at = models.DateTimeField()

    class Meta:
        """Order and constraints."""

        ordering = ("role", "office")
        constraints = (models.UniqueConstraint(fields=["user", "role", "office"], name="role_granted_once"),)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role} at {'all offices' if self.office == ALL_OFFICES else self.office}"

    def as_grant(self) -> Grant:
        """Return the grant as the domain knows it."""
        return Grant(Role(self.role), self.office)
