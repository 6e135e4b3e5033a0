//! The desk's socket: list, presence, offers, notifications.

mod list;
mod receive;
mod views;

use std::collections::BTreeMap;

use inbox_client::{Call, Connector};
use inbox_protocol::{
    Counts, DeskWelcome, FromDesk, ListFilter, ListQuery, ListRow, ListSort, ListTab, MemberView,
    OfferPopup, SavedView, ToDesk, VERSION,
};
use inbox_types::{
    Action, CampaignId, ConversationId, DepartmentId, ListOrder, MemberId, Millis, OfferId,
    Presence, SiteId, Timestamp,
};

use self::{
    list::ask_for_more,
    views::{come_back, show, turn},
};
use super::{
    Effect, Model, StatusFilter, ToastKind, View,
    pending::pings::{Pings, Said},
    room, toast,
};
use receive::receive;

pub(super) use self::views::{arrive, searched};

/// What the console knows of its desk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Desk {
    /// The connection.
    pub link: Connector,
    /// The workspace, once the desk has said it.
    pub welcome: Option<Box<DeskWelcome>>,
    /// How far the relay's clock is ahead of this one.
    skew: i64,
    /// Which list is on screen.
    pub view: View,
    /// The rows that are known.
    pub rows: BTreeMap<ConversationId, ListRow>,
    /// What the list shows; none before the first answer.
    pub order: Option<Vec<ConversationId>>,
    /// What follows in pages that were asked for.
    pub older: Vec<ConversationId>,
    /// Where the next page begins; none if all is there.
    pub next: Option<String>,
    /// The page that was asked for and is not there yet.
    pub awaited: Option<String>,
    /// How many each tab has.
    pub counts: Counts,
    /// How many match in all.
    pub total: u32,
    /// In how many conversations there is something that I have not seen and that waits for me or for
    /// anybody, as the desk counts it.
    unread: Option<u32>,
    /// How many rows of the list have that; it is counted where the desk does not.
    unseen: usize,
    /// The tabs that have more than was counted.
    pub at_least: Vec<ListTab>,
    /// What this agent is being asked; the first one is shown, and ends before the others.
    pub offers: Vec<OfferPopup>,
    /// The pings of its socket.
    pings: Pings,
    /// The presence that was chosen, until the desk shows it, and how far that choice is.
    wanted: Option<(Presence, Said)>,
}

/// What happens at the desk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DeskMsg {
    /// The socket is open.
    Opened {
        /// Its number.
        socket: u32,
    },
    /// The relay said something; nothing but a sign of life if none.
    Heard {
        /// The socket's number.
        socket: u32,
        /// What it said.
        frame: Option<Box<ToDesk>>,
    },
    /// The socket closed.
    Closed {
        /// Its number.
        socket: u32,
        /// Why.
        code: u16,
    },
    /// Another tab.
    Tab(ListTab),
    /// Another status.
    Status(StatusFilter),
    /// Another department.
    Department(Option<DepartmentId>),
    /// Another campaign.
    Campaign(Option<CampaignId>),
    /// Something else that is filtered by.
    Filter(Box<ListFilter>),
    /// Nothing is filtered out any more but by the department.
    Unfilter,
    /// A whole other view.
    Show(Box<View>),
    /// The view that this browser showed last, as an address.
    Kept(String),
    /// Another order.
    Sort(ListSort),
    /// The next page of the list.
    More,
    /// The agent's own choice.
    SetPresence(Presence),
    /// The agent accepts or declines an offer.
    Answer {
        /// Which offer.
        offer: OfferId,
        /// Whether it is accepted.
        accept: bool,
    },
}

impl Desk {
    pub(super) fn new(seed: u32) -> Self {
        Self {
            link: Connector::new(seed),
            welcome: None,
            skew: 0,
            view: View::default(),
            rows: BTreeMap::new(),
            order: None,
            older: Vec::new(),
            next: None,
            awaited: None,
            counts: Counts::default(),
            total: 0,
            unread: None,
            unseen: 0,
            at_least: Vec::new(),
            offers: Vec::new(),
            pings: Pings::default(),
            wanted: None,
        }
    }

    /// The relay's clock, by this one.
    #[must_use]
    pub fn relay_time(&self, now: Timestamp) -> Timestamp {
        Timestamp::from_millis(now.as_millis().saturating_add_signed(self.skew))
    }

    /// Who I am.
    #[must_use]
    pub fn me(&self) -> Option<&MemberView> {
        self.welcome.as_ref().map(|it| &it.me)
    }

    /// Whether I can be asked.
    #[must_use]
    pub fn presence(&self) -> Presence {
        self.me().map_or(Presence::Offline, |it| it.presence)
    }

    /// Whether my role allows something, whatever the conversation.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        self.welcome.as_ref().is_some_and(|it| it.may.contains(&action))
    }

    /// The member of that id.
    #[must_use]
    pub fn member(&self, id: &MemberId) -> Option<&MemberView> {
        self.welcome.as_ref()?.members.iter().find(|it| it.id == *id)
    }

    /// The name of a colleague, if they are offline: nothing can be given to them, and nobody asks them.
    #[must_use]
    pub fn who_is_offline(&self, id: Option<&MemberId>) -> Option<String> {
        let member = self.member(id?).filter(|it| it.presence == Presence::Offline);
        member.map(|it| it.name.as_str().to_owned())
    }

    /// What a saved view shows by now.
    #[must_use]
    pub fn view_of(&self, saved: &SavedView) -> View {
        self.without_lost(View::parse(saved.address.as_str()))
    }

    /// The view without what it filters by and is no more. Before the desk has said what there is, that is
    /// the whole view.
    fn without_lost(&self, mut view: View) -> View {
        let Some(welcome) = &self.welcome else { return view };
        let View { department, campaign, filter, .. } = &mut view;
        department.take_if(|id| welcome.departments.iter().all(|it| it.id != *id));
        campaign.take_if(|id| welcome.campaigns.iter().all(|it| it.id != *id));
        filter.site.take_if(|id| welcome.sites.iter().all(|it| it.id != *id));
        filter.topic.take_if(|id| welcome.topics.iter().all(|it| it.id != *id));
        filter.owner.take_if(|id| welcome.members.iter().all(|it| it.id != *id));
        view
    }

    /// In which order the team's lists are.
    #[must_use]
    pub fn order_of_team(&self) -> ListOrder {
        self.welcome.as_ref().map(|it| it.settings.list_order).unwrap_or_default()
    }

    /// From which waits a row looks different.
    #[must_use]
    pub fn waits(&self) -> [Millis; 3] {
        self.welcome.as_ref().map(|it| it.settings.clone()).unwrap_or_default().waits()
    }

    /// What a site is called, where there are several.
    #[must_use]
    pub fn site_name(&self, id: &SiteId) -> Option<String> {
        let sites = self.welcome.as_ref().map(|it| &it.sites).filter(|it| 1 < it.len())?;
        let site = sites.iter().find(|it| it.id == *id)?;
        Some(site.name.as_str().to_owned())
    }

    /// What a department is called.
    #[must_use]
    pub fn department_name(&self, id: &DepartmentId) -> Option<&str> {
        let departments = &self.welcome.as_ref()?.departments;
        departments.iter().find(|it| it.id == *id).map(|it| it.name.as_str())
    }

    /// The names of the departments in which a colleague works; none if they work in no known one.
    #[must_use]
    pub fn departments_of(&self, member: &MemberView) -> Option<String> {
        let names: Vec<&str> =
            member.departments.iter().filter_map(|it| self.department_name(it)).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// Conversations with something unseen, whichever list is shown, and offers: the number in the title.
    #[must_use]
    pub fn n_news(&self) -> usize {
        let unread = self.unread.map_or(self.unseen, |it| it as usize);
        unread + self.offers.len()
    }

    /// All rows that are there, in order; none before the first answer.
    #[must_use]
    pub fn shown(&self) -> Option<Vec<ConversationId>> {
        let first = self.order.as_ref()?;
        Some(first.iter().chain(&self.older).cloned().collect())
    }

    /// Whether more than the first page is there, or on its way.
    fn has_pages(&self) -> bool {
        !self.older.is_empty() || self.awaited.is_some()
    }

    /// What the desk is asked for.
    #[must_use]
    pub fn query(&self) -> ListQuery {
        self.view.query(self.order_of_team())
    }
}

/// Tells the desk which conversation is on screen and looked at.
pub(super) fn focus(model: &Model) -> Effect {
    let conversation = model.route.conversation().filter(|_| model.focused).cloned();
    Effect::SayDesk(FromDesk::Focus { conversation })
}

pub(super) fn connect(model: &mut Model) -> Vec<Effect> {
    let call = model.desk.link.connect(model.now);
    calls(model, call)
}

pub(super) fn disconnect(model: &mut Model) -> Vec<Effect> {
    let call = model.desk.link.disconnect();
    calls(model, call)
}

pub(super) fn tick(model: &mut Model) -> Vec<Effect> {
    let due = model.desk.link.due().is_some_and(|it| it <= model.now);
    let call = if due { model.desk.link.tick(model.now) } else { None };
    let (now, relay) = (model.now, model.desk.relay_time(model.now));
    // What a broken socket may have lost is said again on the next one.
    if model.desk.link.is_live() {
        model.desk.wanted.take_if(|(_, said)| said.has_settled(now));
    }
    // The desk says that an offer is gone; one whose moment has passed by far is not shown on.
    model.desk.offers.retain(|it| relay < it.deadline.after(Millis::seconds(5)));
    calls(model, call)
}

pub(super) fn woken(model: &mut Model) -> Vec<Effect> {
    let call = model.desk.link.woken(model.now);
    calls(model, call)
}

fn calls(model: &mut Model, call: Option<Call>) -> Vec<Effect> {
    match call {
        Some(Call::Dial { socket, renew: _ }) => {
            model.desk.pings = Pings::default();
            vec![Effect::DialDesk { socket }]
        }
        Some(Call::HangUp { socket }) => vec![Effect::HangUpDesk { socket }],
        Some(Call::Ping) => {
            model.desk.pings.say();
            vec![Effect::PingDesk]
        }
        Some(Call::Reload) => vec![Effect::Reload],
        None => Vec::new(),
    }
}

pub(super) fn update(model: &mut Model, msg: DeskMsg) -> Vec<Effect> {
    match msg {
        DeskMsg::Opened { socket } => {
            if model.desk.link.opened(model.now, socket) {
                vec![Effect::SayDesk(FromDesk::Hello { version: VERSION })]
            } else {
                Vec::new()
            }
        }
        DeskMsg::Heard { socket, frame } => {
            match (model.desk.link.heard(model.now, socket), frame) {
                (true, Some(frame)) => receive(model, *frame),
                (true, None) => {
                    let ping = model.desk.pings.answered();
                    if let Some((_, said)) = &mut model.desk.wanted {
                        said.answered(ping, model.now);
                    }
                    Vec::new()
                }
                (false, _) => Vec::new(),
            }
        }
        DeskMsg::Closed { socket, code } => closed(model, socket, code),
        DeskMsg::Tab(tab) => turn(model, |it| it.tab = tab),
        DeskMsg::Status(status) => turn(model, |it| it.status = status),
        DeskMsg::Department(department) => turn(model, |it| it.department = department),
        DeskMsg::Campaign(campaign) => turn(model, |it| it.campaign = campaign),
        DeskMsg::Filter(filter) => turn(model, |it| it.filter = *filter),
        DeskMsg::Unfilter => turn(model, |it| *it = it.unfiltered()),
        DeskMsg::Sort(sort) => {
            let teams = View::default().sort_in(model.desk.order_of_team());
            turn(model, |it| it.sort = Some(sort).filter(|it| *it != teams))
        }
        DeskMsg::Show(view) => show(model, *view),
        DeskMsg::Kept(address) => come_back(model, &address),
        DeskMsg::More => ask_for_more(model),
        DeskMsg::SetPresence(presence) => choose_presence(model, presence),
        DeskMsg::Answer { offer, accept } => answer(model, &offer, accept),
    }
}

/// The choice is said again on the next socket if this one breaks before the desk has it.
fn choose_presence(model: &mut Model, presence: Presence) -> Vec<Effect> {
    if !model.reaches_desk() {
        toast::show(model, ToastKind::NotConnected);
        return Vec::new();
    }
    model.desk.wanted = Some((presence, Said::Yes(model.desk.pings.next())));
    model.desk.pings.say();
    vec![Effect::SayDesk(FromDesk::SetPresence { presence }), Effect::PingDesk]
}

fn closed(model: &mut Model, socket: u32, code: u16) -> Vec<Effect> {
    let was_dialing = matches!(model.desk.link.status(), inbox_client::Status::Dialing { .. });
    let (current, call) = model.desk.link.closed(model.now, socket, code);
    let mut effects = calls(model, call);
    // A handshake that is refused has no code: ask whether this member is still signed in.
    let doubtful = was_dialing || code == 4401 || code == 4410;
    if current && doubtful {
        effects.push(Effect::Ask(super::Request::StillMe));
    }
    effects
}

fn answer(model: &mut Model, offer: &OfferId, accept: bool) -> Vec<Effect> {
    let Some(index) = model.desk.offers.iter().position(|it| it.id == *offer) else {
        return Vec::new();
    };
    if !model.reaches_desk() {
        toast::show(model, ToastKind::NotConnected);
        return Vec::new();
    }
    let popup = model.desk.offers.remove(index);
    let conversation = popup.conversation;
    let mut effects = vec![Effect::SayDesk(FromDesk::Answer {
        conversation: conversation.clone(),
        offer: popup.id,
        accept,
    })];
    // Whoever is in a question finishes that first, about the list that they opened it over; the
    // conversation stands among theirs.
    if accept && model.dialog.is_none() {
        if !model.has_chosen() {
            effects.extend(turn(model, |it| it.tab = ListTab::Mine));
        }
        effects.extend(super::go(model, super::Route::Conversation(conversation.clone())));
        room::will_answer(model, &conversation);
    }
    effects
}
