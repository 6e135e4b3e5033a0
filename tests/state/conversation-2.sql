CREATE TABLE events (
        seq INTEGER PRIMARY KEY, n INTEGER, at INTEGER NOT NULL, body TEXT NOT NULL,
        kind TEXT GENERATED ALWAYS AS (body ->> '$.event.kind.type') VIRTUAL,
        author TEXT, client_id TEXT, of INTEGER,
        shown_to INTEGER NOT NULL, visitor_to INTEGER NOT NULL);
CREATE TABLE contents (seq INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE seen (by TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE visits (no INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE files (
        id TEXT PRIMARY KEY, body TEXT NOT NULL, by TEXT NOT NULL, message INTEGER,
        at INTEGER NOT NULL, complete INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE meta (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE timers (kind TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE cursors (name TEXT PRIMARY KEY, seq INTEGER NOT NULL, tries INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE reports (no INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE audited (no INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE bridged (id TEXT PRIMARY KEY, until INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "events" ("seq", "n", "at", "body", "author", "client_id", "of", "shown_to", "visitor_to") VALUES (1, NULL, 1796042901729, '{"event":{"at":1796042901729,"session":1,"kind":{"type":"opened","bot":null,"department":{"id":"d4nxwlhfjlffy6","name":"Pots"},"campaign":null}}}', NULL, NULL, NULL, 0, 0);
INSERT INTO "events" ("seq", "n", "at", "body", "author", "client_id", "of", "shown_to", "visitor_to") VALUES (2, NULL, 1796042901729, '{"event":{"at":1796042901729,"session":1,"kind":{"type":"language_set","evidence":{"type":"browser","language":"en"},"by":null}}}', NULL, NULL, NULL, 0, 0);
INSERT INTO "events" ("seq", "n", "at", "body", "author", "client_id", "of", "shown_to", "visitor_to") VALUES (3, 1, 1796042901729, '{"event":{"at":1796042901729,"session":1,"kind":{"type":"posted","client_id":"w1","by":{"type":"visitor"},"visibility":"public","detection":{"language":"en","confidence":100,"words":3},"language_source":"browser"}}}', 'visitor', 'w1', NULL, 1, 1);
INSERT INTO "contents" ("seq", "body") VALUES (3, '{"content":{"type":"message","text":"Do you ship to Norway?"}}');
INSERT INTO "meta" ("key", "body") VALUES ('identity', '{"conversation":"main-qfigy7esgyhle33hbz3hlcg3px","site":"main-iwkxqgjidfqmk","contact":"vrgbh5me7r2roqjgp2bc5qr64u4"}');
INSERT INTO "meta" ("key", "body") VALUES ('site', '{"facts":{"site":{"main_language":"en","force_main_language":false,"show_joins":true,"ask_still_questions":false,"still_questions_wait":300000,"ask_rating":true,"rating_mandatory":false,"topic_mandatory":false,"wrapup_reason_required":false,"inactivity":900000,"reopen_window":86400000,"visitor_max_chars":1000,"agent_max_chars":1000,"reserve_angle_brackets":false,"mask_sensitive":false,"appearance":{"color":"#0b5fff","at_start":false,"title":null,"greeting":{}},"proactive":{"remember_visitors":false,"per_visit":2,"per_visitor":6,"time_zone":"UTC","office_hours":[]}},"department":"d4nxwlhfjlffy6","site_deleted":false,"workspace":{"transfer_mode":"request","offer_deadline":30000,"capacity":5,"disconnected_owner":"keep","roles":{"team_lead_transfers":false,"agent_changes_owner":false,"agent_blocks":false,"team_lead_blocks":false,"supervisor_deletes":false,"forbid_editing":false,"forbid_deleting":false,"leads_see_unmasked":false,"supervisor_own_departments":false,"agent_view":"departments"},"notification_life":6000,"purge_grace":2592000000,"list_order":"waiting","wait_levels":[60000,180000,300000]},"departments":{"d4nxwlhfjlffy6":"Pots"},"members":{"mxpj32whj6zwki":{"name":"Olga","role":"owner","departments":[],"version":1,"removed":false},"mycuuwl7ukramo":{"name":"Ann","role":"agent","departments":["d4nxwlhfjlffy6"],"version":1,"removed":false}},"topics":["tj45iifxm3zi6k"],"translated":["ar","en","uk","vi","zh-Hans","zh-Hant"]},"webhook":null}');
INSERT INTO "meta" ("key", "body") VALUES ('site_asked', '1796042901547');
INSERT INTO "timers" ("kind", "at") VALUES ('index', 1796042903729);
INSERT INTO "timers" ("kind", "at") VALUES ('report', 1796042922314);
INSERT INTO "timers" ("kind", "at") VALUES ('vacant', 1796129301708);
INSERT INTO "reports" ("no", "body") VALUES (1, '{"type":"sockets","up_to":1796042901895,"agents":[{"conn":1796042901895,"agent":"mxpj32whj6zwki","version":1}]}');
INSERT INTO "reports" ("no", "body") VALUES (2, '{"type":"sockets","up_to":1796042901895,"agents":[]}');
CREATE UNIQUE INDEX events_n ON events (n) WHERE n IS NOT NULL;
CREATE UNIQUE INDEX events_name ON events (author, client_id) WHERE client_id IS NOT NULL;
CREATE INDEX events_of ON events (of) WHERE of IS NOT NULL;
