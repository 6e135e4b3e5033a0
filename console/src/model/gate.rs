//! Who is signed in, and the ways in.

use inbox_protocol::{
    Refusal,
    http::{AcceptInvitation, Action, Me, SignIn, UseSignInLink},
};
use inbox_types::limits::PASSWORD_CHARS;

use super::{Effect, Model, Request, Route, desk, room};

/// Whether somebody is signed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Gate {
    /// The relay has not answered yet.
    Asking,
    /// Nobody is.
    Out {
        /// An answer is awaited.
        busy: bool,
        /// Why the last attempt failed.
        problem: Option<Problem>,
    },
    /// This member is.
    In(Box<Me>),
}

/// Why somebody is not let in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Problem {
    /// The relay says no.
    Refused(Refusal),
    /// A password is too short or too long.
    PasswordLength,
    /// The sign-in name is no address.
    Email,
}

/// What happens at the gate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GateMsg {
    /// The answer to any way in.
    Answered(Result<Box<Me>, Refusal>),
    /// The answer to the first question, whether somebody is signed in already.
    Known(Result<Box<Me>, Refusal>),
    /// Name and password.
    SignIn {
        /// The sign-in name.
        email: String,
        /// The password.
        password: String,
    },
    /// The press that uses the sign-in link in the address.
    UseLink,
    /// The password that the invited chose.
    Accept {
        /// The password.
        password: String,
    },
    /// Out.
    SignOut,
    /// Out, done.
    SignedOut,
}

impl Gate {
    /// Whether an answer is awaited.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        match self {
            Self::Asking | Self::Out { busy: true, .. } => true,
            Self::Out { busy: false, .. } | Self::In(_) => false,
        }
    }

    /// Why the last attempt failed.
    #[must_use]
    pub fn problem(&self) -> Option<Problem> {
        match self {
            Self::Out { problem, .. } => *problem,
            Self::Asking | Self::In(_) => None,
        }
    }

    /// Whether the member's role reads conversations at all: a marketer's does not.
    #[must_use]
    pub fn reads_conversations(&self) -> bool {
        match self {
            Self::In(me) => me.may.contains(&Action::View),
            Self::Asking | Self::Out { .. } => false,
        }
    }

    /// Whether the member's role sets up campaigns.
    #[must_use]
    pub fn markets(&self) -> bool {
        match self {
            Self::In(me) => me.may.contains(&Action::EditCampaigns),
            Self::Asking | Self::Out { .. } => false,
        }
    }

    /// Whether the member's role sets things up.
    #[must_use]
    pub fn administers(&self) -> bool {
        match self {
            Self::In(me) => me.may.contains(&Action::Administer),
            Self::Asking | Self::Out { .. } => false,
        }
    }
}

pub(super) fn update(model: &mut Model, msg: GateMsg) -> Vec<Effect> {
    match msg {
        GateMsg::Known(answer) => known(model, answer),
        GateMsg::Answered(Ok(me)) => enter(model, me),
        GateMsg::Answered(Err(reason)) => refuse(model, Problem::Refused(reason)),
        GateMsg::SignIn { email, password } => match email.try_into() {
            Ok(email) => ask(model, Request::SignIn(SignIn { email, password })),
            Err(_) => refuse(model, Problem::Email),
        },
        GateMsg::UseLink => match model.route.clone() {
            Route::SignInLink(token) => ask(model, Request::UseLink(UseSignInLink { token })),
            Route::Desk
            | Route::Conversation(_)
            | Route::Campaigns
            | Route::CampaignSettings
            | Route::Campaign(_)
            | Route::CampaignReport(_)
            | Route::Settings(_)
            | Route::Invitation(_) => Vec::new(),
        },
        GateMsg::Accept { password } => accept(model, password),
        GateMsg::SignOut => vec![Effect::Ask(Request::SignOut)],
        GateMsg::SignedOut => leave(model),
    }
}

/// Somebody who follows a link wants to be the one that it names, whoever is signed in.
fn known(model: &mut Model, answer: Result<Box<Me>, Refusal>) -> Vec<Effect> {
    let out = Gate::Out { busy: false, problem: None };
    match (&model.route, answer) {
        (Route::SignInLink(_), _) => {
            model.gate = out;
            update(model, GateMsg::UseLink)
        }
        (Route::Invitation(_), _) => {
            model.gate = out;
            Vec::new()
        }
        (
            Route::Desk
            | Route::Conversation(_)
            | Route::Campaigns
            | Route::CampaignSettings
            | Route::Campaign(_)
            | Route::CampaignReport(_)
            | Route::Settings(_),
            Ok(me),
        ) => enter(model, me),
        (
            Route::Desk
            | Route::Conversation(_)
            | Route::Campaigns
            | Route::CampaignSettings
            | Route::Campaign(_)
            | Route::CampaignReport(_)
            | Route::Settings(_),
            Err(reason),
        ) => {
            let unreachable = reason == Refusal::Unavailable;
            let problem = unreachable.then_some(Problem::Refused(reason));
            model.gate = Gate::Out { busy: false, problem };
            Vec::new()
        }
    }
}

fn accept(model: &mut Model, password: String) -> Vec<Effect> {
    let Route::Invitation(token) = model.route.clone() else { return Vec::new() };
    if PASSWORD_CHARS.contains(&password.chars().count()) {
        ask(model, Request::Accept(AcceptInvitation { token, password }))
    } else {
        refuse(model, Problem::PasswordLength)
    }
}

fn ask(model: &mut Model, request: Request) -> Vec<Effect> {
    model.gate = Gate::Out { busy: true, problem: None };
    vec![Effect::Ask(request)]
}

fn refuse(model: &mut Model, problem: Problem) -> Vec<Effect> {
    model.gate = Gate::Out { busy: false, problem: Some(problem) };
    Vec::new()
}

fn enter(model: &mut Model, me: Box<Me>) -> Vec<Effect> {
    model.gate = Gate::In(me);
    let mut effects = Vec::new();
    match model.route {
        // The token is used up and must not stay in the address.
        Route::SignInLink(_) | Route::Invitation(_) => {
            model.route = Route::Desk;
            effects.push(Effect::Go(Route::Desk));
        }
        Route::Desk
        | Route::Conversation(_)
        | Route::Campaigns
        | Route::CampaignSettings
        | Route::Campaign(_)
        | Route::CampaignReport(_)
        | Route::Settings(_) => (),
    }
    if model.gate.reads_conversations() {
        effects.extend(desk::connect(model));
    }
    effects.extend(super::arrive(model));
    effects
}

/// Everything that was known is forgotten: the next person is another one.
fn leave(model: &mut Model) -> Vec<Effect> {
    let mut effects = desk::disconnect(model);
    effects.extend(room::close_all(model));
    *model = Model { permission: model.permission, ..Model::new(model.now, model.seed) };
    model.gate = Gate::Out { busy: false, problem: None };
    effects.extend([Effect::ForgetAll, Effect::Go(Route::Desk)]);
    effects
}
