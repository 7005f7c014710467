"""Every model by direction, for the generator of the TypeScript types."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel

from server.views.auditing import (
    AuditPageView,
    AuditPeopleView,
    AuditProofView,
    AuditUnusualView,
)
from server.views.authorizations import (
    AuthorizationAnswerView,
    AuthorizationQueryForm,
    ChangedView,
    CoversView,
    JwksView,
    RevokeForm,
    SatisfyForm,
    SignedExamsView,
    UseForm,
    UseView,
)
from server.views.chat import ChatView
from server.views.compliance import (
    ComplianceView,
    JurisdictionView,
    OpeningForm,
    PolicyForm,
    PublishForm,
    ReleaseDetailView,
    SignOffForm,
    WithdrawForm,
)
from server.views.console import ChartView
from server.views.deliveries import (
    DeliveriesView,
    NewEndpointForm,
    NewSecretView,
    ResendForm,
)
from server.views.emergency_access import (
    EmergencyAccessesView,
    EmergencyAccessForm,
    EmergencyReviewForm,
    EmergencyReviewsView,
    EmergencyWaitingView,
    ReadablesView,
)
from server.views.everyone import AccountView, SessionsView, SignInForm, SiteInfoView
from server.views.forward import ModalityForm, UploadForm, UploadsView
from server.views.join import (
    AnswersForm,
    ConsentsForm,
    DeviceTestForm,
    HolderForm,
    IceServersView,
    IdentityForm,
    JoinStateView,
    KioskRedeemForm,
    KioskView,
    LocationForm,
    PrivacyForm,
    QuestionnaireView,
    RedeemForm,
    TreatmentsForm,
)
from server.views.notes import NoteView
from server.views.operations import (
    HealthView,
    OpsDayView,
    OpsHistoryView,
    PriorityForm,
    ReadinessView,
)
from server.views.people import (
    InvitationForm,
    InvitationView,
    JoinForm,
    NewInvitationView,
    PeopleView,
    PhraseForm,
    RecoveryAskedView,
    RecoveryForm,
    RoleForm,
    SecretForm,
)
from server.views.planning import PlanForm, PlanView
from server.views.portal import LinkView, NewExamForm, PortalEncounterView, PortalHomeView
from server.views.proofs import (
    CodeForm,
    FactorsView,
    GeneratorForm,
    NewGeneratorView,
    PasswordForm,
    RecoveryCodesView,
    SignInPoliciesView,
    SignInPolicyForm,
)
from server.views.protocols import (
    NewProtocolForm,
    ProtocolSignForm,
    ProtocolsView,
    ProtocolWithdrawForm,
)
from server.views.reviews import ReviewsView
from server.views.staffing import (
    ConsoleSettingsForm,
    CoverageView,
    ImportForm,
    ImportView,
    NewShiftForm,
    OwnShiftsView,
    RosterView,
    ShiftForm,
    ShiftView,
)
from server.views.vitals import VitalsForm

FORMS: Final[tuple[type[BaseModel], ...]] = (
    SignInForm,
    RedeemForm,
    KioskRedeemForm,
    HolderForm,
    IdentityForm,
    LocationForm,
    TreatmentsForm,
    AnswersForm,
    ConsentsForm,
    DeviceTestForm,
    PrivacyForm,
    ModalityForm,
    UploadForm,
    NewExamForm,
    ShiftForm,
    NewShiftForm,
    ImportForm,
    ConsoleSettingsForm,
    PriorityForm,
    PlanForm,
    OpeningForm,
    SignOffForm,
    WithdrawForm,
    PolicyForm,
    PublishForm,
    NewProtocolForm,
    ProtocolSignForm,
    ProtocolWithdrawForm,
    NewEndpointForm,
    ResendForm,
    AuthorizationQueryForm,
    SatisfyForm,
    RevokeForm,
    UseForm,
    VitalsForm,
    GeneratorForm,
    CodeForm,
    PasswordForm,
    SignInPolicyForm,
    EmergencyAccessForm,
    EmergencyReviewForm,
    InvitationForm,
    RoleForm,
    PhraseForm,
    SecretForm,
    JoinForm,
    RecoveryForm,
)
INPUTS: Final = FORMS
MODELS: Final[tuple[type[BaseModel], ...]] = (
    SiteInfoView,
    AccountView,
    FactorsView,
    NewGeneratorView,
    RecoveryCodesView,
    SignInPoliciesView,
    PeopleView,
    NewInvitationView,
    InvitationView,
    RecoveryAskedView,
    SessionsView,
    AuditPageView,
    AuditPeopleView,
    AuditProofView,
    AuditUnusualView,
    KioskView,
    IceServersView,
    QuestionnaireView,
    JoinStateView,
    UploadsView,
    ChartView,
    NoteView,
    ChatView,
    ReviewsView,
    LinkView,
    PortalHomeView,
    PortalEncounterView,
    RosterView,
    ShiftView,
    ImportView,
    CoverageView,
    OwnShiftsView,
    HealthView,
    ReadinessView,
    OpsDayView,
    OpsHistoryView,
    PlanView,
    ComplianceView,
    JurisdictionView,
    ReleaseDetailView,
    ProtocolsView,
    DeliveriesView,
    NewSecretView,
    AuthorizationAnswerView,
    ChangedView,
    CoversView,
    SignedExamsView,
    UseView,
    JwksView,
    ReadablesView,
    EmergencyAccessesView,
    EmergencyReviewsView,
    EmergencyWaitingView,
)
