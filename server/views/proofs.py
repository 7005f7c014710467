"""What people prove themselves by, and where a second factor is required."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from signaling.messages import Message

TypedCode = Annotated[str, StringConstraints(min_length=6, max_length=24)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
SecondFactorName = Literal["required", "optional"]


class GeneratorView(Message):
    """A code generator that counts."""

    id: str
    label: str
    since_ms: int


class PasskeyView(Message):
    """A passkey that counts. `backed_up`: more than one device has it."""

    id: str
    label: str
    since_ms: int
    last_used_ms: int | None
    backed_up: bool


class FactorsView(Message):
    """What the account proves itself by. `required`: a second factor has to be there.

    `passkey_host`: on which host passkeys can be made and used; null: on none.
    """

    password: bool
    passkeys: list[PasskeyView]
    passkey_host: str | None
    code_generators: list[GeneratorView]
    recovery_left: int
    required: bool


class GeneratorForm(Message):
    """What a new code generator is called by whose it is."""

    label: Label


class NewGeneratorView(Message):
    """A code generator to be confirmed; `secret` and `uri` (for a picture) are shown once."""

    id: str
    secret: str
    uri: str


class CodeForm(Message):
    """A code of the generator that is to be confirmed."""

    code: TypedCode


class RecoveryCodesView(Message):
    """New recovery codes, shown once; none where there are some already."""

    codes: list[str]
    factors: FactorsView


class PasswordForm(Message):
    """The password of before, and the new one: 12 characters at least, and not the login."""

    current: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    password: Annotated[str, StringConstraints(min_length=12, max_length=200)]


class StepUpView(Message):
    """What a fresh proof is given by, and until when the last one is fresh.

    `ways`: one of them is enough; `code`: six digits of the generator, or a recovery code;
    `provider`: at the organization's own sign-in.
    `passkey_host`: on which host passkeys can be used; null: on none.
    """

    ways: list[Literal["passkey", "password", "code", "provider"]]
    passkey_host: str | None
    fresh_until_ms: int


class StepUpForm(Message):
    """What is shown to prove again who one is: what `ways` names, and nothing else."""

    password: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    code: TypedCode | None = None


class SignInPolicyForm(Message):
    """Whether people of an organization need a second factor."""

    organization_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    second_factor: SecondFactorName


class SignInPolicyView(Message):
    """What an organization says of second factors, and what holds for its people.

    `said` is null where it says nothing. `without` counts those who may sign in and have none.
    """

    organization_id: str
    name: str
    kind: Literal["network", "spa"]
    said: SecondFactorName | None
    holds: SecondFactorName
    people: int
    without: int


class SignInPoliciesView(Message):
    """The network and its spas. `floor`: the server's settings require it everywhere."""

    organizations: list[SignInPolicyView]
    floor: bool
