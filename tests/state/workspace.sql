CREATE TABLE book (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE passwords (member TEXT PRIMARY KEY, password TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sign_ins (
        id TEXT PRIMARY KEY, member TEXT NOT NULL, secret TEXT NOT NULL, since INTEGER NOT NULL,
        last_used INTEGER NOT NULL, user_agent TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE link_sign_ins (
        id TEXT PRIMARY KEY, member TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE links (
        secret TEXT PRIMARY KEY, member TEXT NOT NULL, purpose TEXT NOT NULL,
        expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE places (
        member TEXT NOT NULL, place TEXT NOT NULL, at INTEGER NOT NULL,
        PRIMARY KEY (member, place)) WITHOUT ROWID;
CREATE TABLE link_makers (secret TEXT PRIMARY KEY, maker TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE made_sign_ins (
        id TEXT PRIMARY KEY, member TEXT NOT NULL, maker TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE made_passwords (
        member TEXT PRIMARY KEY, maker TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE timers (kind TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE audited (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE conversations (
        id TEXT PRIMARY KEY, site TEXT NOT NULL, contact TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE erased (conversation TEXT PRIMARY KEY, standing TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE audit (
        no INTEGER PRIMARY KEY, at INTEGER NOT NULL, member TEXT NOT NULL, deed TEXT NOT NULL, what TEXT NOT NULL);
CREATE TABLE counts (
        key TEXT PRIMARY KEY, since INTEGER NOT NULL, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE undelivered (
        conversation TEXT PRIMARY KEY, site TEXT NOT NULL, since INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE deliveries (
        no INTEGER PRIMARY KEY, site TEXT NOT NULL, conversation TEXT NOT NULL, seq INTEGER NOT NULL,
        body TEXT NOT NULL);
CREATE TABLE stops (
        app TEXT NOT NULL, build TEXT NOT NULL, n INTEGER NOT NULL, last INTEGER NOT NULL,
        PRIMARY KEY (app, build)) WITHOUT ROWID;
CREATE TABLE meta (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "book" ("key", "body") VALUES ('campaign/pezoctztm5ae56', '{"kind":"campaign","body":{"id":"pezoctztm5ae56","site":"main-iwkxqgjidfqmk","status":"draft","rank":0,"live_since":null,"name":"Winter","rule":{"rule":"all","of":[{"rule":"is","condition":"page_time","seconds":5}]},"schedule":{},"sender":{"who":"team"},"action":"bubble","variants":[{"key":"a","weight":1,"texts":{"en":{"text":"Can we help?"}}}],"control":0,"frequency":{"how":"visit"},"during_conversation":false,"collects_messages":false,"goal":null}}');
INSERT INTO "book" ("key", "body") VALUES ('canned/c52bjcyfmnstne', '{"kind":"canned","body":{"id":"c52bjcyfmnstne","shortcut":"kiln","text":"The kiln is at 1240 degrees.","department":null}}');
INSERT INTO "book" ("key", "body") VALUES ('department/d4nxwlhfjlffy6', '{"kind":"department","body":{"id":"d4nxwlhfjlffy6","name":"Pots","assignment":"manual"}}');
INSERT INTO "book" ("key", "body") VALUES ('member/mxpj32whj6zwki', '{"kind":"member","body":["mxpj32whj6zwki",{"name":"Olga","email":"olga@shop.example","role":"owner","departments":[],"version":1,"removed":false,"invited":false}]}');
INSERT INTO "book" ("key", "body") VALUES ('member/mycuuwl7ukramo', '{"kind":"member","body":["mycuuwl7ukramo",{"name":"Ann","email":"agent-1@shop.example","role":"agent","departments":["d4nxwlhfjlffy6"],"version":1,"removed":false,"invited":false}]}');
INSERT INTO "book" ("key", "body") VALUES ('site/main-iwkxqgjidfqmk', '{"kind":"site","body":["main-iwkxqgjidfqmk",{"name":"Aldermoor","origins":["https://shop.example"],"department":"d4nxwlhfjlffy6","settings":{"main_language":"en","force_main_language":false,"show_joins":true,"ask_still_questions":false,"still_questions_wait":300000,"ask_rating":true,"rating_mandatory":false,"topic_mandatory":false,"wrapup_reason_required":false,"inactivity":900000,"reopen_window":86400000,"visitor_max_chars":1000,"agent_max_chars":1000,"reserve_angle_brackets":false,"mask_sensitive":false,"appearance":{"color":"#0b5fff","at_start":false,"title":null,"greeting":{}},"proactive":{"remember_visitors":false,"per_visit":2,"per_visitor":6,"time_zone":"UTC","office_hours":[]}},"webhook":null,"deleted":false}]}');
INSERT INTO "book" ("key", "body") VALUES ('topic/tj45iifxm3zi6k', '{"kind":"topic","body":{"id":"tj45iifxm3zi6k","name":"Glazes"}}');
INSERT INTO "book" ("key", "body") VALUES ('workspace', '{"kind":"workspace","body":["Aldermoor Pottery",{"transfer_mode":"request","offer_deadline":30000,"capacity":5,"disconnected_owner":"keep","roles":{"team_lead_transfers":false,"agent_changes_owner":false,"agent_blocks":false,"team_lead_blocks":false,"supervisor_deletes":false,"forbid_editing":false,"forbid_deleting":false,"leads_see_unmasked":false,"supervisor_own_departments":false,"agent_view":"departments"},"notification_life":6000,"purge_grace":2592000000,"list_order":"waiting","wait_levels":[60000,180000,300000]}]}');
INSERT INTO "passwords" ("member", "password") VALUES ('mxpj32whj6zwki', 'argon2id$m=19456,t=2,p=1$BfnJIR/DCx/d9j7YdokV6Q$sGFFPbSX/67sd/Q4UETuuJ71a2zlIZdIR/EuDXADAvk');
INSERT INTO "passwords" ("member", "password") VALUES ('mycuuwl7ukramo', 'argon2id$m=19456,t=2,p=1$G1eXKcJCdETUONM3fEP7bg$e18MI4xeZ6TLbeVudMSvuTUNeJrPIKV+DaZdnd33Dg4');
INSERT INTO "sign_ins" ("id", "member", "secret", "since", "last_used", "user_agent") VALUES ('feafracede6ruioy', 'mxpj32whj6zwki', 'WHiKoVH4JajKPFTUXTS6p1URQejpuoF6pAIuSkvJgQ4', 1796042900488, 1796042900488, '');
INSERT INTO "sign_ins" ("id", "member", "secret", "since", "last_used", "user_agent") VALUES ('yna7tvz32uvqgm5r', 'mxpj32whj6zwki', 'YnzAQ6bjHBw8-3xBNuNit8wLKwnPNjkZu6RkWyEpKf0', 1796042900329, 1796042900329, '');
INSERT INTO "sign_ins" ("id", "member", "secret", "since", "last_used", "user_agent") VALUES ('ypr5hnrpzdrtmlh2', 'mycuuwl7ukramo', '-q2iIg6JYLHmE9-fsizqHX--RYXyLqCj1RcZ4HbiTyg', 1796042901015, 1796042901015, '');
INSERT INTO "places" ("member", "place", "at") VALUES ('mxpj32whj6zwki', 'Pk5Y3gOQDkjXMhvPSygaLNlrkQzG5wz-6igo0mU5wAw', 1796042900488);
INSERT INTO "places" ("member", "place", "at") VALUES ('mycuuwl7ukramo', 'Q4adbUkW_uuHnFA_qx5pbtBZivyQCVka_X4y4Lnw9RU', 1796042901015);
INSERT INTO "made_sign_ins" ("id", "member", "maker") VALUES ('ypr5hnrpzdrtmlh2', 'mycuuwl7ukramo', '[{"id":"mxpj32whj6zwki","role":"owner"}]');
INSERT INTO "made_passwords" ("member", "maker") VALUES ('mycuuwl7ukramo', '[{"id":"mxpj32whj6zwki","role":"owner"}]');
INSERT INTO "conversations" ("id", "site", "contact", "at") VALUES ('main-4xhn5fzjzxkx6m2f52apjnmnbq', 'main-iwkxqgjidfqmk', 'v3opdxp2krdnr5m26ip2wdeigsu', 1796042901383);
INSERT INTO "conversations" ("id", "site", "contact", "at") VALUES ('main-qfigy7esgyhle33hbz3hlcg3px', 'main-iwkxqgjidfqmk', 'vrgbh5me7r2roqjgp2bc5qr64u4', 1796042901727);
INSERT INTO "audit" ("no", "at", "member", "deed", "what") VALUES (1, 1796042900329, 'mxpj32whj6zwki', 'sign_in', 'setup');
INSERT INTO "audit" ("no", "at", "member", "deed", "what") VALUES (2, 1796042900488, 'mxpj32whj6zwki', 'sign_in', 'password');
INSERT INTO "audit" ("no", "at", "member", "deed", "what") VALUES (3, 1796042900525, 'mxpj32whj6zwki', 'create_department', 'd4nxwlhfjlffy6');
INSERT INTO "audit" ("no", "at", "member", "deed", "what") VALUES (4, 1796042900764, 'mxpj32whj6zwki', 'create_site', 'main-iwkxqgjidfqmk');
INSERT INTO "audit" ("no", "at", "member", "deed", "what") VALUES (5, 1796042900825, 'mxpj32whj6zwki', 'invite', 'mycuuwl7ukramo Agent');
INSERT INTO "audit" ("no", "at", "member", "deed", "what") VALUES (6, 1796042901015, 'mycuuwl7ukramo', 'sign_in', 'invitation');
INSERT INTO "audit" ("no", "at", "member", "deed", "what") VALUES (7, 1796042901062, 'mxpj32whj6zwki', 'create_canned', 'c52bjcyfmnstne');
INSERT INTO "audit" ("no", "at", "member", "deed", "what") VALUES (8, 1796042901099, 'mxpj32whj6zwki', 'create_topic', 'tj45iifxm3zi6k');
INSERT INTO "audit" ("no", "at", "member", "deed", "what") VALUES (9, 1796042901157, 'mxpj32whj6zwki', 'create_campaign', 'pezoctztm5ae56');
INSERT INTO "counts" ("key", "since", "n") VALUES ('visitors/127.0.0.1', 1796042901230, 2);
INSERT INTO "meta" ("key", "body") VALUES ('team', '{"anybody":null,"departments":{},"faces":[],"faces_of":{}}');
CREATE INDEX sign_ins_of ON sign_ins (member);
CREATE INDEX counts_since ON counts (since);
CREATE INDEX undelivered_of ON undelivered (site, since, conversation);
CREATE INDEX deliveries_of ON deliveries (site, no);
CREATE INDEX deliveries_in ON deliveries (conversation);
