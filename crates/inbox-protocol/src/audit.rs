//! The words of the audit log. The relay writes them, and the console has a text for each; a list that
//! lacks one fails a test on either side.

/// Somebody signed in. Beside it stands by what way: one of [`WAYS`].
pub const SIGN_IN: &str = "sign_in";

/// By setting up the workspace.
pub const BY_SETUP: &str = "setup";
/// By a password.
pub const BY_PASSWORD: &str = "password";
/// By a one-time link.
pub const BY_LINK: &str = "link";
/// By an invitation.
pub const BY_INVITATION: &str = "invitation";

/// The ways of signing in.
pub const WAYS: [&str; 4] = [BY_SETUP, BY_PASSWORD, BY_LINK, BY_INVITATION];

/// What members do with the workspace.
pub const COMMANDS: [&str; 35] = [
    "change_password",
    "create_api_key",
    "create_campaign",
    "create_canned",
    "create_department",
    "create_site",
    "create_topic",
    "create_view",
    "delete_api_key",
    "delete_canned",
    "delete_department",
    "delete_member",
    "delete_site",
    "delete_topic",
    "delete_view",
    "deliver",
    "end_secret",
    "invite",
    "make_sign_in_link",
    "order_campaigns",
    "patch_member",
    "pause_webhook",
    "ping_webhook",
    "preview_campaign",
    "put_campaign",
    "put_canned",
    "put_department",
    "put_proactive",
    "put_settings",
    "put_site",
    "revoke_sign_in",
    "rotate_secret",
    "set_campaign_status",
    "sign_out",
    "take_api_key",
];

/// A webhook's receiver said that it is gone: nothing is sent to it any more. Nobody of the team did that.
pub const WEBHOOK_GONE: &str = "webhook_gone";

/// What becomes of a conversation that must be known when it is gone.
pub const CONVERSATIONS: [&str; 6] =
    ["block", "block_and_purge", "erase", "purge", "revoke_visitor", "unblock"];
