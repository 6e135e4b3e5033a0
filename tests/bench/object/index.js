// A chat in one Durable Object and nothing else: hibernating sockets, a row per message, a repeat of
// a client id gets its first place again, and nobody is told before the row is written.
import { DurableObject } from "cloudflare:workers";

export class Chat extends DurableObject {
  constructor(state, env) {
    super(state, env);
    this.sql = state.storage.sql;
    this.sql.exec(
      `CREATE TABLE IF NOT EXISTS messages (
         place INTEGER PRIMARY KEY, client_id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, text TEXT NOT NULL
       )`,
    );
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  fetch() {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  webSocketMessage(socket, data) {
    const { client_id, text } = JSON.parse(data);
    const known = this.sql.exec("SELECT place, at FROM messages WHERE client_id = ?", client_id).toArray()[0];
    const at = known?.at ?? Date.now();
    const place = known?.place ?? this.#store(client_id, at, text);
    if (!known) {
      const entry = JSON.stringify({ type: "entry", entry: { place, at, body: { client_id, text } } });
      for (const reader of this.ctx.getWebSockets()) reader.send(entry);
    }
    socket.send(JSON.stringify({ type: "ack", client_id, place, at }));
  }

  webSocketClose(socket, code) {
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
  }

  #store(client_id, at, text) {
    const insert = "INSERT INTO messages (client_id, at, text) VALUES (?, ?, ?) RETURNING place";
    return this.sql.exec(insert, client_id, at, text).one().place;
  }
}

export default {
  fetch(request, env) {
    const name = new URL(request.url).pathname.slice(1);
    if (request.headers.get("Upgrade") !== "websocket") return new Response("ok");
    return env.CHAT.get(env.CHAT.idFromName(name)).fetch(request);
  },
};
