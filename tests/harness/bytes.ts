// Everything that a person's browser received, whatever it came by.
import type { Page } from "@playwright/test";

export class Received {
  #text = "";
  readonly #pending: Promise<void>[] = [];
  readonly urls: string[] = [];

  constructor(page: Page) {
    page.on("websocket", (socket) => {
      this.urls.push(socket.url());
      socket.on("framereceived", ({ payload }) => (this.#text += payload.toString()));
    });
    page.on("response", (response) => {
      this.urls.push(response.url());
      this.#text += JSON.stringify(response.headers());
      // A redirect or an aborted request has no body.
      const body = response.body().then((it) => void (this.#text += it.toString("latin1")), () => {});
      this.#pending.push(body);
    });
  }

  async text(): Promise<string> {
    await Promise.all(this.#pending);
    return this.#text;
  }
}
