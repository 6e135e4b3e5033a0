// What the customer's own inbox core is told.
import { createHmac } from "node:crypto";
import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { expect, test } from "../harness/scene.ts";
import { until } from "../harness/process.ts";

interface Delivery {
  id: string;
  body: any;
  genuine: (secret: string) => boolean;
}

/** A receiver that is down for the first delivery, as receivers are. */
async function receiver(): Promise<{ url: string; deliveries: Delivery[]; close: () => void }> {
  const deliveries: Delivery[] = [];
  let refused = 0;
  const server = createServer(async (request, response) => {
    if (refused++ === 0) return response.writeHead(503).end();
    deliveries.push(await read(request));
    response.writeHead(204).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/inbox`, deliveries, close: () => server.close() };
}

async function read(request: IncomingMessage): Promise<Delivery> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  const header = (name: string) => String(request.headers[`webhook-${name}`]);
  const id = header("id");
  const genuine = (secret: string) => {
    const key = Buffer.from(secret.replace("whsec_", ""), "base64");
    const signed = createHmac("sha256", key).update(`${id}.${header("timestamp")}.${text}`).digest("base64");
    return header("signature").split(" ").includes(`v1,${signed}`);
  };
  return { id, body: JSON.parse(text), genuine };
}

test("a receiver that comes back is told everything in order, signed, and nothing internal", async ({ stage }) => {
  const { url, deliveries, close } = await receiver();
  const { workspace } = stage;
  await workspace.call("PUT", `/v1/sites/${stage.site.id}`, {
    name: stage.site.name,
    origins: [stage.shop.origin],
    department: stage.department,
    webhook_url: url,
  });
  const visitor = await workspace.visitor(stage.site.id);
  visitor.say({ type: "hello", version: 1, epoch: 0 });
  await visitor.hears("ready");
  for (const [n, text] of ["One.", "Two.", "Three."].entries()) {
    visitor.say({ type: "post", client_id: `w${n}`, text });
    await visitor.hears("ack");
  }
  visitor.say({ type: "end" });

  const types = () => deliveries.map((it) => it.body.type);
  await until("the end of the session", async () => types().includes("session.closed"));
  expect(types()[0]).toBe("session.opened");
  const texts = deliveries.filter((it) => it.body.type === "message.created");
  expect(JSON.stringify(texts.map((it) => it.body.data))).toMatch(/One\..*Two\..*Three\./);
  expect(new Set(deliveries.map((it) => it.id)).size).toBe(deliveries.length);
  const { sites } = await workspace.get("/v1/settings");
  const { secret } = sites.find((it: any) => it.id === stage.site.id).webhook;
  expect(deliveries.every((it) => it.genuine(secret))).toBe(true);
  close();
});
