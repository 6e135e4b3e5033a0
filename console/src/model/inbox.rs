//! What a site's page shows of the inbox that its events are sent on to: a secret that was made just now,
//! what came of a test, the last deliveries. It goes with the page.

use inbox_protocol::{
    Refusal,
    http::{DeliveryRow, PingReport},
};
use inbox_types::SiteId;

use super::{Effect, Model, Request, Route, Section, toast};

/// What is shown beside the form of a site.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Inbox {
    /// Whose page it is; none while none is open.
    pub site: Option<SiteId>,
    /// A secret that was made just now. The relay does not tell it again.
    pub secret: Option<String>,
    /// What came of the last test.
    pub ping: Option<Box<PingReport>>,
    /// The last deliveries, newest first; none until the relay has said them.
    pub deliveries: Option<Vec<DeliveryRow>>,
}

/// Somebody comes to a page of the settings, or something was changed on it.
pub(super) fn arrive(model: &mut Model) -> Vec<Effect> {
    let site = match &model.route {
        Route::Settings(Section::Site(id)) => Some(id.clone()),
        Route::Settings(
            Section::Sites
            | Section::NewSite
            | Section::Hours
            | Section::SiteHours(_)
            | Section::DepartmentHours(_)
            | Section::Departments
            | Section::Members
            | Section::Canned
            | Section::Topics
            | Section::ApiKeys
            | Section::Workspace
            | Section::Audit
            | Section::Account,
        )
        | Route::Desk
        | Route::List(_)
        | Route::Conversation(_)
        | Route::Campaigns
        | Route::CampaignSettings
        | Route::Campaign(_)
        | Route::CampaignReport(_)
        | Route::SignInLink(_)
        | Route::Invitation(_) => None,
    };
    if model.admin.inbox.site != site {
        let secret = site.as_ref().and_then(|it| model.admin.untold.remove(it));
        model.admin.inbox = Inbox { site: site.clone(), secret, ..Inbox::default() };
    }
    site.map(|it| Effect::Ask(Request::Deliveries(it))).into_iter().collect()
}

/// A secret was made for a site. Where its page was left it waits until somebody comes back.
pub(super) fn told(model: &mut Model, site: Option<&SiteId>, secret: String) {
    match site {
        Some(site) if model.admin.inbox.site.as_ref() != Some(site) => {
            model.admin.untold.insert(site.clone(), secret);
        }
        Some(_) | None => model.admin.inbox.secret = Some(secret),
    }
}

/// The last deliveries of a site came. Those of a page that was left are nobody's.
pub(super) fn known(model: &mut Model, site: &SiteId, rows: Result<Vec<DeliveryRow>, Refusal>) {
    if model.admin.inbox.site.as_ref() != Some(site) {
        return;
    }
    let (admin, request) = (&mut model.admin, Request::Deliveries(site.clone()));
    match rows {
        Ok(rows) => {
            admin.inbox.deliveries = Some(rows);
            admin.missing.told(&mut admin.problem, &request);
        }
        Err(reason) => admin.missing.failed(&mut admin.problem, request, toast::refusal(reason)),
    }
}

#[cfg(test)]
mod tests {
    use inbox_types::Timestamp;

    use super::*;

    fn at(route: Route) -> Model {
        let mut model = Model::new(Timestamp::from_millis(0), 1);
        model.route = route;
        arrive(&mut model);
        model
    }

    fn page(id: &str) -> Route {
        Route::Settings(Section::Site(id.parse().expect("an id")))
    }

    #[test]
    fn a_secret_goes_with_its_page_and_not_before() {
        let mut model = at(page("main-a"));
        model.admin.inbox.secret = Some("whsec_".to_owned());
        arrive(&mut model);
        assert!(model.admin.inbox.secret.is_some(), "the same page, loaded again");
        model.route = page("main-b");
        arrive(&mut model);
        assert_eq!(model.admin.inbox.secret, None);
        model.admin.inbox.secret = Some("whsec_".to_owned());
        model.route = Route::Settings(Section::Audit);
        assert_eq!(arrive(&mut model), Vec::new());
        assert_eq!(model.admin.inbox, Inbox::default());
    }

    #[test]
    fn deliveries_of_another_site_are_not_shown() {
        let mut model = at(page("main-a"));
        known(&mut model, &"main-b".parse().expect("an id"), Ok(Vec::new()));
        assert_eq!(model.admin.inbox.deliveries, None);
        known(&mut model, &"main-a".parse().expect("an id"), Ok(Vec::new()));
        assert_eq!(model.admin.inbox.deliveries, Some(Vec::new()));
    }
}
