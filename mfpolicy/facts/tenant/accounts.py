"""Accounts with mail: who can sign in, and whether a password alone is enough."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mfpolicy.facts.study import Study, given
from mfpolicy.facts.tenant.directory import MAILBOX_KEYS, PER_USER, Index
from mfpolicy.facts.tenant.exempt import USER_KEYS, keys_of
from mfpolicy.facts.tenant.federation import Federation
from mfpolicy.facts.tenant.held import Held
from mfpolicy.facts.tenant.identity import access_policies, guards, security_defaults
from mfpolicy.facts.tenant.mailboxes import Mailboxes, MailboxFacts
from mfpolicy.facts.tenant.population import Kind, Member, population
from mfpolicy.facts.tenant.reach import Reach, asks
from mfpolicy.facts.tenant.values import all_unknown, flag, text, texts
from mfpolicy.model.dns import Reason, Unknown, any_of, negated, unknown
from mfpolicy.model.findings import Subject
from mfpolicy.model.places import Place
from mfpolicy.model.tenant import EXPORT, TenantObject

_PER_USER_ON = ("enabled", "enforced")


class AccountFacts(msgspec.Struct, frozen=True):
    """An account that holds a mailbox. `person`, `shared` or `room` is what Exchange calls its mailbox (room:
    equipment too). `asked`: something always asks it for more than a password; `capable`: it has registered a
    factor that may be used; `reported`: the report of registrations has it; `guarded`: registering is not
    open to whoever knows the password. `federated`: another identity provider signs it in, and its factors
    are accepted; `declared`: the intent says that it asks for them. `per_user`: the old state of the account
    alone asks."""

    name: str
    person: bool | Unknown = False
    shared: bool | Unknown = False
    room: bool | Unknown = False
    can_sign_in: bool | Unknown = False
    exempt: bool = False
    federated: bool | Unknown = False
    declared: bool | Unknown = False
    asked: bool | Unknown = False
    capable: bool | Unknown = False
    reported: bool | Unknown = False
    guarded: bool | Unknown = False
    admin: bool | Unknown = False
    per_user: bool | Unknown = False
    methods: tuple[str, ...] | Unknown = ()
    mailbox: MailboxFacts = MailboxFacts()
    place: Place | None = None


def account_studies(held: Held) -> Iterator[Study]:
    """Every account with mail; one stand-in for those of which the export tells nothing."""
    found = population(held.directory)
    if found:
        accounts = Accounts(held)
        for each in found:
            facts = accounts.facts(each)
            yield Study(Subject("account", facts.name), given(facts))
    if isinstance(held.directory.mailboxes, Unknown):
        name = "all other mailboxes" if found else "all mailboxes"
        known = {"name": name, "exempt": False, "declared": False}
        yield Study(
            Subject("account", name), given(all_unknown(AccountFacts, held.directory.mailboxes, known))
        )


class Accounts:
    """What every account is held against, worked out once."""

    def __init__(self, held: Held) -> None:
        policies = access_policies(held)
        plain = policies if isinstance(policies, Unknown) else tuple(each.facts for each in policies)
        self._directory = held.directory
        self._defaults = security_defaults(held, plain)
        self._asking = Reach(policies, asks)
        self._guarding = Reach(policies, lambda each: guards(each.facts))
        self._federation = Federation(held)
        self._mailboxes = Mailboxes(held)

    def facts(self, of: Member) -> AccountFacts:
        """The facts of one account."""
        keys = _keys(of)
        registration = self._registration(keys)
        admin = flag(registration, "isAdmin") if registration else _unreported(of.name)
        per_user = _per_user(self._directory.per_user, keys)
        federated = self._federation.of(of.name)
        mailbox = of.mailbox
        return AccountFacts(
            name=of.name,
            person=_is(of.kind, Kind.PERSON),
            shared=_is(of.kind, Kind.SHARED),
            room=_is(of.kind, Kind.ROOM),
            can_sign_in=_can_sign_in(of),
            exempt=any(each in self._directory.exempt for each in keys),
            federated=federated,
            declared=federated if self._federation.declared else False,
            asked=any_of((self._defaults, self._asking.of(keys, admin), self._old(per_user))),
            capable=flag(registration, "isMfaCapable") if registration else _unreported(of.name),
            reported=_reported(registration),
            guarded=self._guarding.of(keys, admin),
            admin=admin,
            per_user=per_user,
            methods=texts(registration, "methodsRegistered") if registration else _unreported(of.name),
            mailbox=self._mailboxes.facts(mailbox) if mailbox else _NO_MAILBOX,
            place=mailbox.place if mailbox else of.user.place if of.user else None,
        )

    def _old(self, per_user: bool | Unknown) -> bool | Unknown:
        """Whether the state of an account asks. Whoever has policies does without it
        (learn.microsoft.com/entra/identity/authentication/howto-mfa-userstates); whoever has none may live
        by it, and is not said to lack what nobody looked at."""
        return per_user if per_user is True or self._asking.is_empty else False

    def _registration(self, keys: list[str]) -> TenantObject | Unknown | None:
        found = self._directory.registrations
        return found if isinstance(found, Unknown) else _first(found, keys)


_NO_MAILBOX = all_unknown(MailboxFacts, unknown("Get-EXOMailbox", EXPORT, Reason.NOT_EXPORTED), {})


def _keys(of: Member) -> list[str]:
    mailbox = keys_of(of.mailbox, MAILBOX_KEYS) if of.mailbox else []
    return mailbox + (keys_of(of.user, USER_KEYS) if of.user else [])


def _first(index: Index, keys: list[str]) -> TenantObject | None:
    return next((index[each] for each in keys if each in index), None)


def _is(kind: Kind | Unknown, wanted: Kind) -> bool | Unknown:
    return kind if isinstance(kind, Unknown) else kind is wanted


def _can_sign_in(of: Member) -> bool | Unknown:
    """Entra decides; Exchange tells the same where nobody exported the users."""
    if of.user:
        return flag(of.user, "accountEnabled")
    disabled = flag(of.mailbox, "AccountDisabled") if of.mailbox else of.no_user
    return negated(disabled)


def _per_user(index: Index | Unknown, keys: list[str]) -> bool | Unknown:
    """Graph's beta alone tells it, for one user at a time, so that hardly anybody exports it."""
    if isinstance(index, Unknown):
        return index
    found = _first(index, keys)
    if found is None:
        return unknown(f"{PER_USER} {next(iter(keys), '')}", EXPORT, Reason.NOT_EXPORTED)
    state = text(found, "perUserMfaState")
    return state if isinstance(state, Unknown) else state.lower() in _PER_USER_ON


def _reported(registration: TenantObject | Unknown | None) -> bool | Unknown:
    return registration if isinstance(registration, Unknown) else registration is not None


def _unreported(name: str) -> Unknown:
    return unknown(f"the registration of {name}", EXPORT, Reason.NOT_EXPORTED)
