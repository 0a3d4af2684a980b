"""Users, service offices and the roles that users hold there. Passwords only as Django's salted hashes."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models

from keiki.domain.access import ALL_OFFICES, Grant, Role, Scope
from keiki.domain.keys.tokens import ApiTokenState


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


class UserManager(BaseUserManager["User"]):
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

    objects = UserManager()

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


class LogInEndReason(models.TextChoices):
    """Why a log-in ended."""

    ASKED = "asked"
    IDLE = "idle"
    LONG = "long"
    REPLACED = "replaced"
    ELSEWHERE = "elsewhere"
    ADMINISTRATOR = "administrator"
    PASSWORD = "password"  # noqa: S105 - the name of a reason


class OfficeSession(models.Model):
    """One log-in of a person in one browser, from its start to its end. The browser's cookie is not in it."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sessions")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    origin = models.CharField(max_length=200)
    browser = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=20, choices=LogInEndReason.choices, blank=True, default="")

    class Meta:
        """Order, and the index that the open ones of a person are found by."""

        ordering = ("-started_at", "-pk")
        indexes = (models.Index(fields=["user", "ended_at"], name="open_sessions"),)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.started_at:%Y-%m-%d %H:%M}"


class Tally(models.Model):
    """What is remembered for a while about guesses, in the database that all processes share."""

    key = models.CharField(max_length=64, primary_key=True)
    value = models.JSONField()
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


class ApiToken(models.Model):
    """A token with which a system of the utility uses the API; of the secret only its SHA-256 is kept.

    ``offices`` are codes of service offices, or ``*``. ``used_at`` and ``calls`` are the last minute in which it was
    used, and how often then.
    """

    system = models.CharField(max_length=40, validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*\Z")])
    state = models.CharField(max_length=10, default=ApiTokenState.ASKED, choices=[(s, s) for s in ApiTokenState])
    rights = models.JSONField()
    offices = models.JSONField()
    digest = models.CharField(max_length=64)
    because = models.CharField(max_length=200)
    asked_by = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by = models.CharField(max_length=100, blank=True, default="")
    decided_at = models.DateTimeField(null=True, default=None)
    ended_by = models.CharField(max_length=100, blank=True, default="")
    ended_at = models.DateTimeField(null=True, default=None)
    ended_because = models.CharField(max_length=200, blank=True, default="")
    used_at = models.DateTimeField(null=True, default=None)
    calls = models.PositiveIntegerField(default=0)

    supply_point = ""
    """A token belongs to no supply point; the audit asks every row."""

    class Meta:
        """Order."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.reference}: {self.system} ({self.state})"

    @property
    def reference(self) -> str:
        """What people call the token."""
        return f"T-{self.pk}"

    @property
    def scope(self) -> Scope:
        """What the token may do, and where."""
        return Scope.of(self.rights, self.offices)


class KeptAnswer(models.Model):
    """What a call of the API that bore a key of its caller's was answered, so that the call repeated is not done twice.

    ``digest`` is a keyed one of the request, whose body may name a customer. ``status`` is ``None`` while it runs.
    """

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="answers")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, default=None)
    answer = models.JSONField(null=True, default=None)
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        """Constraints."""

        constraints = (models.UniqueConstraint(fields=["token", "key"], name="answer_kept_once"),)

    def __str__(self) -> str:
        return f"answer {self.pk} to token {self.token_id}"
