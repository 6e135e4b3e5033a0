// Requests to the relay by host name: the relay is here, whatever the resolver thinks.
import { request } from "node:http";

import { mustBeAsDocumented } from "./openapi.ts";

export interface Answer {
  status: number;
  cookie: string | undefined;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

export interface Asked {
  method?: string;
  cookie?: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** What is asked need not be as documented; the answer must. */
  strange?: boolean;
}

/**
 * Sends one request and reads the whole answer. A string is sent as it is, all else as JSON. What programs ask
 * has to be as the relay's document of it says.
 */
export function send(origin: string, path: string, asked: Asked = {}): Promise<Answer> {
  const { host, port } = new URL(origin);
  const { method = "GET", cookie, body, strange = false } = asked;
  const sentText = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  const headers: Record<string, string> = { Host: host, Origin: origin, ...asked.headers };
  if (method !== "GET") {
    headers["Content-Type"] ??= "application/json";
    headers["Content-Length"] = String(Buffer.byteLength(sentText));
  }
  if (cookie) headers.Cookie = cookie;
  return new Promise((done, fail) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
      response.on("error", fail);
      response.on("end", () => {
        const [cookie] = response.headers["set-cookie"] ?? [];
        const status = response.statusCode ?? 0;
        try {
          mustBeAsDocumented({ method, path, headers, body: sentText, strange, status, answer: text });
        } catch (error) {
          return fail(error);
        }
        done({ status, cookie: cookie?.split(";")[0], headers: response.headers, text });
      });
    });
    sent.on("error", fail);
    sent.end(sentText);
  });
}
