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
INSERT INTO "events" ("seq", "n", "at", "body", "author", "client_id", "of", "shown_to", "visitor_to") VALUES (1, NULL, 1796042901389, '{"event":{"at":1796042901389,"session":1,"kind":{"type":"opened","bot":null,"department":{"id":"d4nxwlhfjlffy6","name":"Pots"},"campaign":null}}}', NULL, NULL, NULL, 0, 0);
INSERT INTO "events" ("seq", "n", "at", "body", "author", "client_id", "of", "shown_to", "visitor_to") VALUES (2, NULL, 1796042901389, '{"event":{"at":1796042901389,"session":1,"kind":{"type":"language_set","evidence":{"type":"browser","language":"en"},"by":null}}}', NULL, NULL, NULL, 0, 0);
INSERT INTO "events" ("seq", "n", "at", "body", "author", "client_id", "of", "shown_to", "visitor_to") VALUES (3, 1, 1796042901389, '{"event":{"at":1796042901389,"session":1,"kind":{"type":"posted","client_id":"v1","by":{"type":"visitor"},"visibility":"public","detection":{"language":"en","confidence":100,"words":7},"language_source":"browser"}}}', 'visitor', 'v1', NULL, 1, 1);
INSERT INTO "events" ("seq", "n", "at", "body", "author", "client_id", "of", "shown_to", "visitor_to") VALUES (4, 2, 1796042901583, '{"event":{"at":1796042901583,"session":1,"kind":{"type":"taken","agent":{"id":"mxpj32whj6zwki","name":"Olga"},"shown":true}},"by":"mxpj32whj6zwki"}', NULL, NULL, NULL, 2, 1);
INSERT INTO "events" ("seq", "n", "at", "body", "author", "client_id", "of", "shown_to", "visitor_to") VALUES (5, 3, 1796042901586, '{"event":{"at":1796042901586,"session":1,"kind":{"type":"posted","client_id":"a1","by":{"type":"agent","who":{"id":"mxpj32whj6zwki","name":"Olga"}},"visibility":"public"}},"by":"mxpj32whj6zwki"}', 'agent/mxpj32whj6zwki', 'a1', NULL, 3, 1);
INSERT INTO "events" ("seq", "n", "at", "body", "author", "client_id", "of", "shown_to", "visitor_to") VALUES (6, 4, 1796042901589, '{"event":{"at":1796042901589,"session":1,"kind":{"type":"edited","of":5,"n":3,"visibility":"public"}},"by":"mxpj32whj6zwki"}', NULL, NULL, 5, 4, 1);
INSERT INTO "events" ("seq", "n", "at", "body", "author", "client_id", "of", "shown_to", "visitor_to") VALUES (7, 5, 1796042901598, '{"event":{"at":1796042901598,"session":1,"kind":{"type":"posted","client_id":"a2","by":{"type":"agent","who":{"id":"mxpj32whj6zwki","name":"Olga"}},"visibility":"public"}},"by":"mxpj32whj6zwki"}', 'agent/mxpj32whj6zwki', 'a2', NULL, 5, 1);
INSERT INTO "events" ("seq", "n", "at", "body", "author", "client_id", "of", "shown_to", "visitor_to") VALUES (8, 6, 1796042901601, '{"event":{"at":1796042901601,"session":1,"kind":{"type":"deleted","of":7,"n":5,"visibility":"public"}},"by":"mxpj32whj6zwki"}', NULL, NULL, 7, 6, 1);
INSERT INTO "events" ("seq", "n", "at", "body", "author", "client_id", "of", "shown_to", "visitor_to") VALUES (9, NULL, 1796042901603, '{"event":{"at":1796042901603,"session":1,"kind":{"type":"posted","client_id":"a3","by":{"type":"agent","who":{"id":"mxpj32whj6zwki","name":"Olga"}},"visibility":"note"}},"by":"mxpj32whj6zwki"}', 'agent/mxpj32whj6zwki', 'a3', NULL, 6, 1);
INSERT INTO "events" ("seq", "n", "at", "body", "author", "client_id", "of", "shown_to", "visitor_to") VALUES (10, NULL, 1796042901604, '{"event":{"at":1796042901604,"session":1,"kind":{"type":"tags_set","by":{"id":"mxpj32whj6zwki","name":"Olga"}}},"by":"mxpj32whj6zwki"}', NULL, NULL, NULL, 6, 1);
INSERT INTO "events" ("seq", "n", "at", "body", "author", "client_id", "of", "shown_to", "visitor_to") VALUES (11, NULL, 1796042901610, '{"event":{"at":1796042901610,"session":1,"kind":{"type":"contact_set","by":{"id":"mxpj32whj6zwki","name":"Olga"},"fields":["name"]}},"by":"mxpj32whj6zwki"}', NULL, NULL, NULL, 6, 1);
INSERT INTO "events" ("seq", "n", "at", "body", "author", "client_id", "of", "shown_to", "visitor_to") VALUES (12, 7, 1796042901615, '{"event":{"at":1796042901615,"session":1,"kind":{"type":"posted","client_id":"v2","by":{"type":"visitor"},"visibility":"public","detection":{"language":"en","confidence":100,"words":8},"language_source":"browser"}}}', 'visitor', 'v2', NULL, 7, 2);
INSERT INTO "events" ("seq", "n", "at", "body", "author", "client_id", "of", "shown_to", "visitor_to") VALUES (13, NULL, 1796042901626, '{"event":{"at":1796042901626,"session":1,"kind":{"type":"topics_set","by":{"id":"mxpj32whj6zwki","name":"Olga"},"topics":["tj45iifxm3zi6k"]}},"by":"mxpj32whj6zwki"}', NULL, NULL, NULL, 7, 2);
INSERT INTO "events" ("seq", "n", "at", "body", "author", "client_id", "of", "shown_to", "visitor_to") VALUES (14, 8, 1796042901631, '{"event":{"at":1796042901631,"session":1,"kind":{"type":"closed","cause":"agent","by":{"id":"mxpj32whj6zwki","name":"Olga"},"legs":[{"agent":"mxpj32whj6zwki","leg":"left"}],"rating":"optional"}},"by":"mxpj32whj6zwki"}', NULL, NULL, NULL, 8, 2);
INSERT INTO "contents" ("seq", "body") VALUES (3, '{"content":{"type":"message","text":"Is the blue bowl safe in a dishwasher?"}}');
INSERT INTO "contents" ("seq", "body") VALUES (5, '{"content":{"type":"message","text":"Yes, it is."},"edited_at":1796042901589}');
INSERT INTO "contents" ("seq", "body") VALUES (6, '{"content":{"type":"edit","of":5,"text":"Yes, it is."}}');
INSERT INTO "contents" ("seq", "body") VALUES (7, '{"deleted_at":1796042901601}');
INSERT INTO "contents" ("seq", "body") VALUES (9, '{"content":{"type":"message","text":"She bought two of them."}}');
INSERT INTO "contents" ("seq", "body") VALUES (10, '{"content":{"type":"tags","tags":["glaze"]}}');
INSERT INTO "contents" ("seq", "body") VALUES (11, '{"content":{"type":"contact","details":{"name":"Vera"}}}');
INSERT INTO "contents" ("seq", "body") VALUES (12, '{"content":{"type":"message","text":"Thank you!"}}');
INSERT INTO "meta" ("key", "body") VALUES ('identity', '{"conversation":"main-4xhn5fzjzxkx6m2f52apjnmnbq","site":"main-iwkxqgjidfqmk","contact":"v3opdxp2krdnr5m26ip2wdeigsu"}');
INSERT INTO "meta" ("key", "body") VALUES ('site', '{"facts":{"site":{"main_language":"en","force_main_language":false,"show_joins":true,"ask_still_questions":false,"still_questions_wait":300000,"ask_rating":true,"rating_mandatory":false,"topic_mandatory":false,"wrapup_reason_required":false,"inactivity":900000,"reopen_window":86400000,"visitor_max_chars":1000,"agent_max_chars":1000,"reserve_angle_brackets":false,"mask_sensitive":false,"appearance":{"color":"#0b5fff","at_start":false,"title":null,"greeting":{}},"proactive":{"remember_visitors":false,"per_visit":2,"per_visitor":6,"time_zone":"UTC","office_hours":[]}},"department":"d4nxwlhfjlffy6","site_deleted":false,"workspace":{"transfer_mode":"request","offer_deadline":30000,"capacity":5,"disconnected_owner":"keep","roles":{"team_lead_transfers":false,"agent_changes_owner":false,"agent_blocks":false,"team_lead_blocks":false,"supervisor_deletes":false,"forbid_editing":false,"forbid_deleting":false,"leads_see_unmasked":false,"supervisor_own_departments":false,"agent_view":"departments"},"notification_life":6000,"purge_grace":2592000000,"list_order":"waiting","wait_levels":[60000,180000,300000]},"departments":{"d4nxwlhfjlffy6":"Pots"},"members":{"mxpj32whj6zwki":{"name":"Olga","role":"owner","departments":[],"version":1,"removed":false},"mycuuwl7ukramo":{"name":"Ann","role":"agent","departments":["d4nxwlhfjlffy6"],"version":1,"removed":false}},"topics":["tj45iifxm3zi6k"],"translated":["ar","en","uk","vi","zh-Hans","zh-Hant"]},"webhook":null}');
INSERT INTO "meta" ("key", "body") VALUES ('site_asked', '1796042901311');
INSERT INTO "timers" ("kind", "at") VALUES ('index', 1796042903399);
INSERT INTO "timers" ("kind", "at") VALUES ('report', 1796042925483);
INSERT INTO "timers" ("kind", "at") VALUES ('vacant', 1796129301317);
INSERT INTO "reports" ("no", "body") VALUES (2, '{"type":"sockets","up_to":1796042901894,"agents":[{"conn":1796042901894,"agent":"mxpj32whj6zwki","version":1}]}');
INSERT INTO "reports" ("no", "body") VALUES (3, '{"type":"sockets","up_to":1796042901894,"agents":[]}');
CREATE UNIQUE INDEX events_n ON events (n) WHERE n IS NOT NULL;
CREATE UNIQUE INDEX events_name ON events (author, client_id) WHERE client_id IS NOT NULL;
CREATE INDEX events_of ON events (of) WHERE of IS NOT NULL;
