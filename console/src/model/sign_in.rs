//! Who is signed in, and the ways in.

use inbox_protocol::{
    Refusal,
    http::{AcceptInvitation, Me, SignIn, UseSignInLink},
};
use inbox_types::{Action, limits::PASSWORD_CHARS};

use super::{Effect, Model, Request, Route, desk, room};

/// Whether somebody is signed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SignInState {
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
pub enum SignInMsg {
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
    /// The press that leaves the link unused: whoever was signed in goes on.
    Stay,
    /// The password that the invited chose.
    Accept {
        /// The password.
        password: String,
    },
    /// Out.
    SignOut,
    /// Out, done.
    SignedOut,
    /// The sign-in has ended, by nobody's press here.
    Ended,
}

impl SignInState {
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

pub(super) fn update(model: &mut Model, msg: SignInMsg) -> Vec<Effect> {
    match msg {
        SignInMsg::Known(answer) => known(model, answer),
        SignInMsg::Answered(Ok(me)) => come(model, me),
        SignInMsg::Stay => stay(model),
        SignInMsg::Answered(Err(reason)) => refuse(model, Problem::Refused(reason)),
        SignInMsg::SignIn { email, password } => match email.try_into() {
            Ok(email) => ask(model, Request::SignIn(SignIn { email, password })),
            Err(_) => refuse(model, Problem::Email),
        },
        SignInMsg::UseLink => match model.route.clone() {
            Route::SignInLink(token) => ask(model, Request::UseLink(UseSignInLink { token })),
            Route::Desk
            | Route::List(_)
            | Route::Conversation(_)
            | Route::Campaigns
            | Route::CampaignSettings
            | Route::Campaign(_)
            | Route::CampaignReport(_)
            | Route::Settings(_)
            | Route::Invitation(_) => Vec::new(),
        },
        SignInMsg::Accept { password } => accept(model, password),
        SignInMsg::SignOut => vec![Effect::Ask(Request::SignOut)],
        SignInMsg::SignedOut => {
            let mut effects = leave(model);
            effects.push(Effect::ForgetAll);
            effects
        }
        SignInMsg::Ended => leave(model),
    }
}

/// A link is used by a press and never by being opened: whoever sent it may have made it for somebody
/// else, and programs open the links of a mail before anybody reads it.
fn known(model: &mut Model, answer: Result<Box<Me>, Refusal>) -> Vec<Effect> {
    if model.route.is_link() {
        return look_at_link(model, answer.ok());
    }
    match answer {
        Ok(me) => enter(model, me),
        Err(reason) => {
            let unreachable = reason == Refusal::Unavailable;
            let problem = unreachable.then_some(Problem::Refused(reason));
            model.sign_in = SignInState::Out { busy: false, problem };
            Vec::new()
        }
    }
}

/// Shows what is in the address. Nothing of who was signed in goes on behind it.
fn look_at_link(model: &mut Model, already: Option<Box<Me>>) -> Vec<Effect> {
    let effects = forget(model);
    model.already = already;
    model.sign_in = SignInState::Out { busy: false, problem: None };
    effects
}

fn stay(model: &mut Model) -> Vec<Effect> {
    match model.already.take() {
        Some(me) => enter(model, me),
        None => Vec::new(),
    }
}

/// Somebody is let in. What is kept in this browser is not shown to another one than it was kept for.
fn come(model: &mut Model, me: Box<Me>) -> Vec<Effect> {
    let before = model.already.take();
    let is_another = before.is_some_and(|it| it.member.id != me.member.id);
    let mut effects = if is_another { vec![Effect::ForgetAll] } else { Vec::new() };
    effects.extend(enter(model, me));
    effects
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
    model.sign_in = SignInState::Out { busy: true, problem: None };
    vec![Effect::Ask(request)]
}

fn refuse(model: &mut Model, problem: Problem) -> Vec<Effect> {
    model.sign_in = SignInState::Out { busy: false, problem: Some(problem) };
    Vec::new()
}

fn enter(model: &mut Model, me: Box<Me>) -> Vec<Effect> {
    let mut effects = vec![Effect::Own(me.member.id.clone())];
    model.sign_in = SignInState::In(me);
    match model.route {
        // The token is used up and must not stay in the address.
        Route::SignInLink(_) | Route::Invitation(_) => {
            model.route = Route::Desk;
            effects.push(Effect::Go(Route::Desk));
        }
        Route::Desk
        | Route::List(_)
        | Route::Conversation(_)
        | Route::Campaigns
        | Route::CampaignSettings
        | Route::Campaign(_)
        | Route::CampaignReport(_)
        | Route::Settings(_) => (),
    }
    if model.sign_in.reads_conversations() {
        effects.extend(desk::connect(model));
    }
    effects.extend(super::look_again(model));
    effects
}

/// Everything that was known is forgotten: the next person may be another one. What is written down in
/// this browser waits for its owner, and is removed for anybody else.
fn leave(model: &mut Model) -> Vec<Effect> {
    let mut effects = forget(model);
    model.route = Route::Desk;
    model.sign_in = SignInState::Out { busy: false, problem: None };
    effects.push(Effect::Go(Route::Desk));
    effects
}

fn forget(model: &mut Model) -> Vec<Effect> {
    let mut effects = desk::disconnect(model);
    effects.extend(room::close_all(model));
    let (route, permission, person) = (model.route.clone(), model.permission, model.person + 1);
    *model = Model { person, route, permission, ..Model::new(model.now, model.seed) };
    effects
}

#[cfg(test)]
mod tests {
    use inbox_types::Timestamp;

    use super::*;

    fn me(id: &str) -> Me {
        let json = serde_json::json!({
            "workspace": "main", "workspace_name": "Aldermoor", "may": ["view"],
            "member": {
                "id": id, "name": id, "email": format!("{id}@shop.example"), "role": "agent",
                "departments": [],
            },
        });
        serde_json::from_value(json).expect("somebody")
    }

    fn at(route: Route) -> Model {
        let mut model = Model::new(Timestamp::from_millis(1), 1);
        model.route = route;
        model
    }

    fn asks(effects: &[Effect]) -> Vec<&Request> {
        let asked = effects.iter().filter_map(|it| {
            let Effect::Ask(request) = it else { return None };
            Some(request)
        });
        asked.collect()
    }

    fn use_link() -> Request {
        Request::UseLink(UseSignInLink { token: "t".to_owned() })
    }

    #[test]
    fn a_link_is_not_used_by_being_opened() {
        for route in [Route::SignInLink("t".to_owned()), Route::Invitation("t".to_owned())] {
            for answer in
                [Ok(Box::new(me("ana"))), Err(Refusal::Unauthorized), Err(Refusal::Unavailable)]
            {
                let mut model = at(route.clone());
                let already = answer.clone().ok();
                let effects = update(&mut model, SignInMsg::Known(answer));
                assert!(asks(&effects).is_empty(), "{effects:?}");
                assert_eq!(model.already, already);
                assert_eq!(model.route, route);
                assert_eq!(model.sign_in, SignInState::Out { busy: false, problem: None });
            }
        }
    }

    #[test]
    fn a_press_uses_the_link_and_another_person_finds_nothing_of_the_first() {
        for (before, forgets) in [(None, false), (Some("ana"), false), (Some("ben"), true)] {
            let mut model = at(Route::SignInLink("t".to_owned()));
            let known = before.map(|it| Box::new(me(it))).ok_or(Refusal::Unauthorized);
            update(&mut model, SignInMsg::Known(known));
            assert_eq!(asks(&update(&mut model, SignInMsg::UseLink)), [&use_link()]);
            let effects = update(&mut model, SignInMsg::Answered(Ok(Box::new(me("ana")))));
            assert_eq!(effects.contains(&Effect::ForgetAll), forgets, "{before:?}");
            assert_eq!(
                (&model.sign_in, &model.route),
                (&SignInState::In(Box::new(me("ana"))), &Route::Desk)
            );
            assert_eq!(model.already, None);
        }
    }

    #[test]
    fn whoever_is_signed_in_can_leave_a_link_unused() {
        let mut model = at(Route::SignInLink("t".to_owned()));
        update(&mut model, SignInMsg::Known(Ok(Box::new(me("ben")))));
        let effects = update(&mut model, SignInMsg::Stay);
        assert!(asks(&effects).iter().all(|it| **it != use_link()));
        assert_eq!(
            (&model.sign_in, &model.route),
            (&SignInState::In(Box::new(me("ben"))), &Route::Desk)
        );
        // Where nobody was signed in there is nobody to stay.
        let mut model = at(Route::SignInLink("t".to_owned()));
        update(&mut model, SignInMsg::Known(Err(Refusal::Unauthorized)));
        assert!(update(&mut model, SignInMsg::Stay).is_empty());
    }
}
