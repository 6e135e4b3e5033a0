//! What can be asked of the object that counts what a site's campaigns do.

use inbox_protocol::http::CountsForm;
use inbox_types::{CampaignId, SiteId, Timestamp};
use serde::{Deserialize, Serialize};

/// A question to the object. Only the edge can ask.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(crate) enum CampaignsRequest {
    /// A page counted something.
    Count {
        /// On which site.
        site: SiteId,
        /// Where the page is from, as its browser says.
        origin: String,
        /// What.
        form: CountsForm,
    },
    /// What a campaign did, by day.
    Report {
        /// Which one.
        campaign: CampaignId,
        /// From when on.
        since: Timestamp,
        /// The zone whose days they are.
        time_zone: String,
    },
}
