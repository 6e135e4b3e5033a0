//! Everything has a limit with a name. Units are in the name or in the type.

use crate::Millis;

/// Characters of an id.
pub const ID_CHARS: usize = 64;
/// Characters of a language tag.
pub const LANGUAGE_CHARS: usize = 35;
/// Languages that a browser may list.
pub const LANGUAGES: usize = 10;
/// How sure a detector must be of a text before it changes a language, in percent.
pub const CERTAIN_PERCENT: u8 = 95;
/// Distinct words of a visitor that a detection must rest on before it changes a language.
pub const CERTAIN_WORDS: u8 = 3;
/// Distinct words of a visitor that are counted; more are as good.
pub const COUNTED_WORDS: u8 = 250;
/// Words of the longest text that may be nothing but a person's name.
pub const WORDS_OF_A_NAME: usize = 5;
/// The same for a name that is typed without capitals, or in a script that has none.
pub const WORDS_OF_A_PLAIN_NAME: usize = 3;

/// Bytes of one frame on a socket; a longer one is refused and the socket closed.
pub const FRAME_BYTES: usize = 64 * 1024;
/// Sockets of one visitor's conversation, tabs included.
pub const VISITOR_SOCKETS: usize = 16;
/// Bytes of the names of refused lines that are remembered of one socket, as JSON: what a socket
/// remembers has little room.
pub const REFUSED_LINES_BYTES: usize = 160;
/// Sockets of one side of a conversation, and of consoles at the desk, that may be about to close
/// beside those that are open: one that was refused goes only once its browser has said so.
pub const CLOSING_SOCKETS: usize = 16;
/// Sockets of agents on one conversation.
pub const AGENT_SOCKETS: usize = 64;
/// Sockets of all consoles at a desk.
pub const DESK_SOCKETS: usize = 10_000;
/// Frames that one socket may send in [`RATE_SPAN`].
pub const RATE_FRAMES: u32 = 120;
/// Frames that all tabs of a visitor together may send in [`RATE_SPAN`].
pub const RATE_VISITOR_FRAMES: u32 = 2 * RATE_FRAMES;
/// As how many frames one counts that says which pages were visited: all of them are told anew.
pub const RATE_COST_OF_VISITS: u32 = 10;
/// As how many frames one counts that asks for a page of a list, or of what was said before.
pub const RATE_COST_OF_HISTORY: u32 = 3;
/// As how many frames one counts that says how somebody is: everybody at the desk is told.
pub const RATE_COST_OF_PRESENCE: u32 = 10;
/// As how many frames one counts that asks for the same to all that stand in a list: all are read.
pub const RATE_COST_OF_ALL: u32 = 20;
/// How long what a visitor writes is refused by what the workspace said last, without asking it again.
pub const REFUSED_POST_LIFE: Millis = Millis::seconds(1);
/// What a bridge may say of one conversation in [`RATE_SPAN`].
pub const RATE_BRIDGE_FRAMES: u32 = RATE_FRAMES;
/// The span of [`RATE_FRAMES`], [`RATE_VISITOR_FRAMES`] and [`RATE_BRIDGE_FRAMES`].
pub const RATE_SPAN: Millis = Millis::seconds(10);

/// Characters of a message if the site says nothing else, both ways (D-message-length).
pub const MESSAGE_CHARS_DEFAULT: u32 = 1_000;
/// Characters of a message at most, whatever a site says.
pub const MESSAGE_CHARS_MAX: u32 = 10_000;

/// Attachments of one message.
pub const FILES_PER_MESSAGE: usize = 6;
/// Builds of which it is still told how often their apps stopped in somebody's browser.
pub const STOPS: u64 = 20;
/// How often that is counted from one address.
pub const STOPS_OF_CLIENT: u64 = 20;
/// In this span.
pub const STOPS_SPAN: Millis = Millis::minutes(60);
/// What the visitor's composer says at once of files that it did not take, and how many it names at once.
pub const ALERTS: usize = 12;
/// Bytes of one attachment: 25 MB, decimal (Windows shows 23.8 MB).
pub const FILE_BYTES: u64 = 25_000_000;
/// Attachments that one person, visitor or agent, may have uploaded and not yet sent.
pub const PENDING_FILES: usize = 12;
/// How long an uploaded file waits for its message.
pub const PENDING_FILE_LIFE: Millis = Millis::hours(24);
/// How long a conversation is kept in which nobody has said anything.
pub const VACANT_LIFE: Millis = Millis::hours(24);
/// How long the address of a file works.
pub const FILE_LINK_LIFE: Millis = Millis::minutes(5);
/// How long it works for the inbox of a company, which may be away for as long as an event is retried.
pub const INBOX_LINK_LIFE: Millis = Millis::days(4);

/// Parameters that a site may name as secret.
pub const SECRET_PARAMETERS: usize = 50;

/// Messages, details and choices of a language that a visitor sends in [`VISITOR_MESSAGES_SPAN`].
pub const VISITOR_MESSAGES: u32 = 2_000;
/// The span of [`VISITOR_MESSAGES`].
pub const VISITOR_MESSAGES_SPAN: Millis = Millis::hours(24);
/// Sessions that a visitor begins in [`VISITOR_SESSIONS_SPAN`].
pub const VISITOR_SESSIONS: usize = 20;
/// The span of [`VISITOR_SESSIONS`].
pub const VISITOR_SESSIONS_SPAN: Millis = Millis::hours(1);
/// Sessions before the current one that a conversation's state knows, besides those with a wrap-up due.
pub const EARLIER_SESSIONS: usize = 50;
/// Page views that are kept of a conversation.
pub const VISITS: usize = 50;
/// Entries of one page of a transcript.
pub const PAGE_ENTRIES: usize = 50;
/// Entries of a conversation that one saves as a file, the newest ones: as many as 20 pages have, for which
/// a console asks with half of what [`RATE_FRAMES`] lets it say.
pub const DOWNLOAD_ENTRIES: usize = 1_000;
/// Entries that the answer to `hello` makes up for at most; whoever lacks more begins anew with the
/// newest page.
pub const CATCH_UP_ENTRIES: u64 = 200;
/// Events between two checkpoints of a conversation's state.
pub const CHECKPOINT_EVENTS: u64 = 200;
/// Rows of one page of the desk's list.
pub const LIST_ROWS: usize = 100;
/// Rows of what is over that are counted of what a filter lets through; of more it is said that there
/// are more.
pub const LIST_COUNTED: usize = LIST_ROWS;
/// Bytes of the lists that one member saves for themselves.
pub const VIEWS_BYTES: usize = 80_000;
/// Bytes of the lists that all members together save for the team: every console is told all of them.
pub const SHARED_VIEWS_BYTES: usize = 200_000;
/// Lists that one member saves for themselves.
pub const VIEWS: usize = 20;
/// Lists that all members together save for the team.
pub const SHARED_VIEWS: usize = 50;
/// Characters of a saved list: three times what may be searched for, as many as if each were escaped, and
/// room for all filters.
pub const VIEW_CHARS: usize = 3 * SEARCH_CHARS + 1_000;
/// The longest wait for which a row has a colour of its own.
pub const WAIT_LEVEL: Millis = Millis::hours(24);

/// First answers of which it is remembered how long they took, of all queues together.
pub const WAITS: usize = 200;
/// For how long that is.
pub const WAITS_LIFE: Millis = Millis::hours(4);
/// From so many on it is said how long one waits as a rule.
pub const WAITS_LEAST: usize = 5;

/// Characters of what is searched for; of more the beginning counts.
pub const SEARCH_CHARS: usize = 1_000;
/// Words, phrases and operators of one search; of more the first count. So many words has a phrase.
pub const SEARCH_TERMS: usize = 16;
/// Finds on one page of a search.
pub const SEARCH_ROWS: usize = 25;
/// Lines that are looked at for one page of a search: whoever may see few of them gets a page that is
/// not full, and looks on from there.
pub const SEARCH_LOOKS: usize = 500;
/// Characters that are shown of a find.
pub const SEARCH_SNIPPET: usize = 160;
/// Lines of a visitor that are found by what the visitor is called from now on; older ones are found by
/// what they were called then.
pub const SEARCH_NAMED: usize = 200;
/// Events that a conversation tells the index at once.
pub const SEARCH_FEED: usize = 50;
/// How long a conversation waits for more before it tells the index.
pub const SEARCH_WAIT: Millis = Millis::seconds(2);

/// Conversations in one bulk transfer.
pub const BULK_TRANSFER: usize = 20;
/// Conversations in any other bulk operation, and those of one that are asked at once.
pub const BULK: usize = 100;
/// Conversations in a bulk operation of all that stand in a list.
pub const BULK_ALL: usize = 1_000;
/// Bulk operations that one member has under way at once.
pub const BULKS_RUNNING: usize = 5;
/// Results of bulk operations that are kept for a member until they put them away; the oldest go first.
pub const BULK_RESULTS: usize = 5;
/// Tags of a contact.
pub const TAGS: usize = 30;
/// Topics of a session.
pub const TOPICS: usize = 10;
/// Joined agents of one session.
pub const LEGS: usize = 8;

/// Lines that a browser keeps unsent.
pub const UNSENT_LINES: usize = 200;
/// Conversations of which an agent's browser keeps a draft; the oldest goes first.
pub const DRAFTS: usize = 100;
/// Bytes of one draft; a larger one is not kept, and the page asks before it is left.
pub const DRAFT_BYTES: usize = 64 * 1024;
/// Bytes of all drafts; the oldest goes first.
pub const DRAFTS_BYTES: usize = 512 * 1024;
/// How long a draft is kept that nobody comes back to.
pub const DRAFT_LIFE: Millis = SIGN_IN_LIFE;
/// How long a "… is typing" lasts without a renewal.
pub const TYPING_LIFE: Millis = Millis::seconds(6);
/// How often a typing browser says so.
pub const TYPING_RENEW: Millis = Millis::seconds(3);
/// How often a browser sends a heartbeat.
pub const HEARTBEAT: Millis = Millis::seconds(25);
/// How long a browser waits for the answer to a heartbeat.
pub const HEARTBEAT_PATIENCE: Millis = Millis::seconds(10);
/// How long an agent may be without a connection before being offline.
pub const OFFLINE_AFTER: Millis = Millis::seconds(60);

/// How long a visitor's token works.
pub const VISITOR_TOKEN_LIFE: Millis = Millis::days(30);
/// How long after its end a visitor's token can still be renewed.
pub const VISITOR_TOKEN_GRACE: Millis = Millis::days(365);
/// How long after the first one a visitor's tokens end, however often they were renewed.
pub const VISITOR_TOKEN_CHAIN: Millis = Millis::days(730);
/// How long an agent's grant works.
pub const GRANT_LIFE: Millis = Millis::minutes(5);
/// Rows of one page of the audit log.
pub const AUDIT_ROWS: usize = 50;
/// Rows of the audit log that are kept; the oldest of whoever has the most make room.
pub const AUDIT_KEPT: u64 = 100_000;
/// How long a sign-in lasts without use.
pub const SIGN_IN_LIFE: Millis = Millis::days(14);
/// Sign-ins of one member; the one that was used longest ago ends.
pub const SIGN_INS: u64 = 50;
/// How long an invitation can be accepted.
pub const INVITATION_LIFE: Millis = Millis::days(7);
/// How long a sign-in link works.
pub const SIGN_IN_LINK_LIFE: Millis = Millis::hours(24);
/// How long after coming in by a link one may set a password without the old one.
pub const LINK_PASSWORD_LIFE: Millis = Millis::hours(1);
/// Characters of a password at least and at most.
pub const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 10..=200;

/// Passwords that wait to be hashed, the one at work included.
pub const HASHES_WAITING: usize = 32;
/// Of these, those of strangers.
pub const HASHES_WAITING_STRANGERS: usize = 24;
/// Of these, those of one caller: an address or a /64, or a member.
pub const HASHES_OF_ONE: usize = 4;
/// How long nothing is hashed after a hash, which itself takes about as long or twice as long.
pub const HASH_PAUSE: Millis = Millis(50);
/// Guesses of one account's password by one caller in [`GUESS_SPAN`].
pub const GUESSES: u64 = 10;
/// The span of [`GUESSES`].
pub const GUESS_SPAN: Millis = Millis::minutes(1);
/// Wrong guesses of one account's password in [`GUESS_SPAN_OF_ALL`], by all callers together from where
/// its member has not signed in before.
pub const GUESSES_OF_ALL: u64 = 100;
/// The span of [`GUESSES_OF_ALL`].
pub const GUESS_SPAN_OF_ALL: Millis = Millis::hours(1);
/// Places that are kept of one member's sign-ins, newest first.
pub const SIGN_IN_PLACES: u64 = 20;
/// Bytes that the visitors of one address or /64 upload in [`PENDING_FILE_LIFE`], sent or not.
pub const UPLOAD_BYTES_OF_CLIENT: u64 = 1_000_000_000;

/// Visitors that one address or /64 makes in [`NEW_VISITORS_SPAN`].
pub const NEW_VISITORS_OF_CLIENT: u64 = 1_000;
/// The span of [`NEW_VISITORS_OF_CLIENT`].
pub const NEW_VISITORS_SPAN: Millis = Millis::hours(24);

/// Members, sites, departments, canned replies and topics of a workspace, each.
pub const WORKSPACE_ITEMS: usize = 500;
/// Bytes of a workspace's canned replies: every console is told all of them.
pub const CANNED_BYTES: usize = 1_000_000;
/// Keys of the API that a workspace has.
pub const API_KEYS: usize = 50;
/// Deleted keys whose names the audit log still says.
pub const GONE_API_KEYS: usize = 500;
/// How exact it is when a key of the API was last used.
pub const API_KEY_USE: Millis = Millis::minutes(1);
/// Members who left and sites that were deleted, each: transcripts still name them. Whoever is
/// invited beyond that takes the place of an invitation that was taken back, or of whoever left longest ago.
pub const FORMER_ITEMS: usize = 1_000;
/// How far the time of a signed message may be from the relay's, either way.
pub const SIGNATURE_TOLERANCE: Millis = Millis::minutes(5);
/// Signatures of one message that are looked at: one for each secret that holds, and a few more.
pub const SIGNATURES: usize = 8;
/// Signatures by a private key that are checked for one message: each takes far longer than one by a
/// secret. A sender who changes keys signs with two.
pub const PAIR_SIGNATURES: usize = 2;
/// Events that a bridge is given at once of what it has missed.
pub const BRIDGE_EVENTS: u64 = 100;
/// Undelivered events of a site's webhook that an admin is shown, those that have waited longest.
pub const UNDELIVERED_SHOWN: u64 = 20;
/// How long a webhook's secret still holds once a new one was made.
pub const SECRET_OVERLAP: Millis = Millis::days(7);
/// Attempts to deliver something that are kept of a site's webhook, the newest.
pub const DELIVERY_ROWS: u64 = 100;
/// How long a conversation gathers attempts before it tells the workspace of them.
pub const DELIVERY_ROWS_WAIT: Millis = Millis::seconds(2);
/// Bytes that an admin is shown of the answer to a test of a webhook.
pub const PING_ANSWER_BYTES: usize = 2_048;
/// Events among which the visitor's last texts are looked for, when a conversation wakes and it is to be
/// said what language they write.
pub const TEXTS_AMONG: u64 = 500;
/// Failed attempts after which an admin is shown that an event was not taken: about eight seconds.
pub const UNDELIVERED_TRIES: u32 = 3;
/// The longest that a site may let something take: an inactive session, the time in which an ended one
/// goes on, the wait for an answer to the closing question.
pub const SITE_SPAN_MAX: Millis = Millis::days(366);
/// The longest that a conversation is put aside.
pub const SNOOZE: Millis = Millis::days(366);
/// Origins that a site may list.
pub const ORIGINS: usize = 50;

/// Campaigns of one site that are not archived.
pub const CAMPAIGNS: usize = 200;
/// Bytes of what all campaigns of a workspace say and when, archived ones included: all are read and sent
/// together. One has [`FRAME_BYTES`] at most, as a request.
pub const CAMPAIGNS_BYTES: usize = 8_000_000;
/// Archived campaigns of one site, whose reports can still be read: one more takes the place of the one
/// that began to speak longest ago.
pub const CAMPAIGNS_ARCHIVED: usize = 300;
/// Campaigns of one site that are live at once.
pub const CAMPAIGNS_LIVE: usize = 50;
/// Conditions of one campaign.
pub const RULE_CONDITIONS: usize = 20;
/// Groups within groups of a rule, the outermost included.
pub const RULE_DEPTH: usize = 3;
/// Pages of a funnel (`Condition::Funnel`).
pub const FUNNEL_STEPS: usize = 10;
/// Steps of the machine that a regular expression becomes. Each of them works at most once for
/// each letter of a text, of which a page compares 2,048.
pub const REGEX_STEPS: usize = 400;
/// Steps of all regular expressions of one campaign that have choices in them.
pub const RULE_REGEX_STEPS: usize = 600;
/// Steps of all such regular expressions of a site's live campaigns: a page may have to go through
/// all of them at once.
pub const SITE_REGEX_STEPS: usize = 2_000;
/// Ways to say it in one experiment, the control group not counted.
pub const VARIANTS: usize = 4;
/// Answers to press under one message.
pub const QUICK_REPLIES: usize = 4;
/// Values of one condition that has several, such as countries.
pub const CONDITION_VALUES: usize = 60;
/// Hours after which a goal no longer counts.
pub const GOAL_HOURS: u16 = 24 * 30;
/// Bytes of one beacon of counts.
pub const COUNTS_BYTES: usize = 8 * 1024;
/// How long an answer about availability is kept at the edge.
pub const AVAILABILITY_LIFE: Millis = Millis::seconds(10);
/// Entries of one beacon: campaigns by variant.
pub const COUNTS_ENTRIES: usize = 100;
/// How often one beacon counts one thing: a page that stays for long, or speaks by its own code,
/// does so more than once.
pub const COUNTS_AT_ONCE: u64 = 20;
/// What one page may say that was bought, in hundredths of a unit.
pub const PURCHASE_VALUE: u64 = 100_000_000;
/// How long sums of counts are kept.
pub const COUNTS_LIFE: Millis = Millis::days(400);
/// How long the link to a preview of a campaign holds.
pub const PREVIEW_LIFE: Millis = Millis::days(1);
/// Hours of one team.
pub const OFFICE_HOURS: usize = 28;
/// Faces in the head of a chat.
pub const FACES: usize = 3;
/// Holidays of one team.
pub const HOLIDAYS: usize = 60;
/// Days within which it is looked for when a team comes back.
pub const HOURS_HORIZON_DAYS: i64 = 60;
