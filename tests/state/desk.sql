CREATE TABLE timers (kind TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE conversations (
        conversation TEXT PRIMARY KEY, live INTEGER NOT NULL, hidden INTEGER NOT NULL,
        site TEXT NOT NULL, department TEXT, owner TEXT, campaign TEXT, last_at INTEGER NOT NULL,
        body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE involved (
        member TEXT NOT NULL, last_at INTEGER NOT NULL, conversation TEXT NOT NULL,
        PRIMARY KEY (member, last_at DESC, conversation)) WITHOUT ROWID;
CREATE TABLE facets (
        facet TEXT NOT NULL, last_at INTEGER NOT NULL, conversation TEXT NOT NULL,
        PRIMARY KEY (facet, last_at DESC, conversation)) WITHOUT ROWID;
CREATE TABLE sums (
        scope TEXT NOT NULL, department TEXT NOT NULL, campaign TEXT NOT NULL, n INTEGER NOT NULL,
        PRIMARY KEY (scope, campaign, department)) WITHOUT ROWID;
CREATE TABLE presences (member TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE erased (conversation TEXT PRIMARY KEY, epoch INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE sockets (conversation TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE meta (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE commands (no INTEGER PRIMARY KEY, conversation TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE revocations (no INTEGER PRIMARY KEY, conversation TEXT NOT NULL, body TEXT NOT NULL);
INSERT INTO "timers" ("kind", "at") VALUES ('desk', 1796042961973);
INSERT INTO "timers" ("kind", "at") VALUES ('heartbeats', 1796042931434);
INSERT INTO "conversations" ("conversation", "live", "hidden", "site", "department", "owner", "campaign", "last_at", "body") VALUES ('main-4xhn5fzjzxkx6m2f52apjnmnbq', 0, 0, 'main-iwkxqgjidfqmk', 'd4nxwlhfjlffy6', 'mxpj32whj6zwki', NULL, 1796042901615, '{"conversation":"main-4xhn5fzjzxkx6m2f52apjnmnbq","version":{"epoch":1,"seq":14,"seen":0},"site":"main-iwkxqgjidfqmk","contact":"v3opdxp2krdnr5m26ip2wdeigsu","details":{"name":"Vera"},"tags":["glaze"],"blocked":false,"hidden":false,"language":"en","session":{"no":1,"state":"closed","closed_by":"agent","opened_at":1796042901389,"queued_at":1796042901389,"department":"d4nxwlhfjlffy6","owner":"mxpj32whj6zwki","others":[],"silent":[],"ever_joined":["mxpj32whj6zwki"],"added":[],"wrapup":[],"excluded":[],"offer":null,"outcomes":[],"customer_waiting_since":null,"queued_since":1796042901389,"followed_up_at":1796042901598,"page":null,"proactive":false,"topics":["tj45iifxm3zi6k"]},"last":{"text":"Thank you!","by_visitor":true,"at":1796042901615},"recent":[],"n_visitor_messages":2,"n_before_session":0,"seen":{}}');
INSERT INTO "conversations" ("conversation", "live", "hidden", "site", "department", "owner", "campaign", "last_at", "body") VALUES ('main-qfigy7esgyhle33hbz3hlcg3px', 1, 0, 'main-iwkxqgjidfqmk', 'd4nxwlhfjlffy6', NULL, NULL, 1796042901729, '{"conversation":"main-qfigy7esgyhle33hbz3hlcg3px","version":{"epoch":1,"seq":3,"seen":0},"site":"main-iwkxqgjidfqmk","contact":"vrgbh5me7r2roqjgp2bc5qr64u4","details":{},"tags":[],"blocked":false,"hidden":false,"language":"en","session":{"no":1,"state":"queued","closed_by":null,"opened_at":1796042901729,"queued_at":1796042901729,"department":"d4nxwlhfjlffy6","owner":null,"others":[],"silent":[],"ever_joined":[],"added":[],"wrapup":[],"excluded":[],"offer":null,"outcomes":[],"customer_waiting_since":1796042901729,"queued_since":1796042901729,"followed_up_at":1796042901729,"page":null,"proactive":false},"last":{"text":"Do you ship to Norway?","by_visitor":true,"at":1796042901729},"recent":[],"n_visitor_messages":1,"n_before_session":0,"seen":{}}');
INSERT INTO "involved" ("member", "last_at", "conversation") VALUES ('mxpj32whj6zwki', 1796042901615, 'main-4xhn5fzjzxkx6m2f52apjnmnbq');
INSERT INTO "facets" ("facet", "last_at", "conversation") VALUES ('language/en', 1796042901615, 'main-4xhn5fzjzxkx6m2f52apjnmnbq');
INSERT INTO "facets" ("facet", "last_at", "conversation") VALUES ('owner/mxpj32whj6zwki', 1796042901615, 'main-4xhn5fzjzxkx6m2f52apjnmnbq');
INSERT INTO "facets" ("facet", "last_at", "conversation") VALUES ('site/main-iwkxqgjidfqmk', 1796042901615, 'main-4xhn5fzjzxkx6m2f52apjnmnbq');
INSERT INTO "facets" ("facet", "last_at", "conversation") VALUES ('tag/glaze', 1796042901615, 'main-4xhn5fzjzxkx6m2f52apjnmnbq');
INSERT INTO "facets" ("facet", "last_at", "conversation") VALUES ('topic/tj45iifxm3zi6k', 1796042901615, 'main-4xhn5fzjzxkx6m2f52apjnmnbq');
INSERT INTO "sums" ("scope", "department", "campaign", "n") VALUES ('all', 'd4nxwlhfjlffy6', '', 1);
INSERT INTO "sums" ("scope", "department", "campaign", "n") VALUES ('involved/mxpj32whj6zwki', 'd4nxwlhfjlffy6', '', 1);
INSERT INTO "sums" ("scope", "department", "campaign", "n") VALUES ('owner/mxpj32whj6zwki', 'd4nxwlhfjlffy6', '', 1);
INSERT INTO "presences" ("member", "body") VALUES ('mxpj32whj6zwki', '{"member":"mxpj32whj6zwki","chosen":{"away":"break"},"offline":false,"lost_at":1796042901972,"idle_since":1796042901424}');
INSERT INTO "sockets" ("conversation", "body") VALUES ('main-4xhn5fzjzxkx6m2f52apjnmnbq', '{"conversation":"main-4xhn5fzjzxkx6m2f52apjnmnbq","agents":[{"conn":1796042901894,"agent":"mxpj32whj6zwki","version":1}]}');
INSERT INTO "sockets" ("conversation", "body") VALUES ('main-qfigy7esgyhle33hbz3hlcg3px', '{"conversation":"main-qfigy7esgyhle33hbz3hlcg3px","agents":[{"conn":1796042901895,"agent":"mxpj32whj6zwki","version":1}]}');
INSERT INTO "meta" ("key", "body") VALUES ('facets', '{"after":"","is_done":true}');
INSERT INTO "meta" ("key", "body") VALUES ('facts', '{"settings":{"transfer_mode":"request","offer_deadline":30000,"capacity":5,"disconnected_owner":"keep","roles":{"team_lead_transfers":false,"agent_changes_owner":false,"agent_blocks":false,"team_lead_blocks":false,"supervisor_deletes":false,"forbid_editing":false,"forbid_deleting":false,"leads_see_unmasked":false,"supervisor_own_departments":false,"agent_view":"departments"},"notification_life":6000,"purge_grace":2592000000,"list_order":"waiting","wait_levels":[60000,180000,300000]},"members":{"mxpj32whj6zwki":{"name":"Olga","role":"owner","departments":[],"version":1,"removed":false},"mycuuwl7ukramo":{"name":"Ann","role":"agent","departments":["d4nxwlhfjlffy6"],"version":1,"removed":false}},"departments":[{"id":"d4nxwlhfjlffy6","name":"Pots","assignment":"manual"}],"sites":[{"summary":{"id":"main-iwkxqgjidfqmk","name":"Aldermoor"},"mask_sensitive":false}],"canned":[{"id":"c52bjcyfmnstne","shortcut":"kiln","text":"The kiln is at 1240 degrees.","department":null}],"topics":[{"id":"tj45iifxm3zi6k","name":"Glazes"}],"campaigns":[],"views":[]}');
INSERT INTO "meta" ("key", "body") VALUES ('rebuild', '{"after":null,"n_asked":0,"n_all":0,"is_running":false}');
CREATE INDEX live ON conversations (conversation) WHERE live = 1;
CREATE INDEX closed ON conversations
        (last_at DESC, conversation) WHERE live = 0 AND hidden = 0;
CREATE INDEX closed_department ON conversations
        (department, last_at DESC, conversation) WHERE live = 0 AND hidden = 0;
CREATE INDEX closed_owner ON conversations
        (owner, last_at DESC, conversation) WHERE live = 0 AND hidden = 0;
CREATE INDEX closed_campaign ON conversations
        (campaign, last_at DESC, conversation) WHERE live = 0 AND hidden = 0 AND campaign IS NOT NULL;
