// Fifty conversations at once: each visitor writes, waits for the acknowledgement, and writes again.
import type { Socket } from "../harness/socket.ts";

/** One conversation, ready: both sides have said hello. */
export interface Conversation {
  visitor: Socket;
  agent: Socket;
  /** The frame that posts this text under this name. */
  post: (clientId: string, text: string) => unknown;
  /** The name of the message in a frame that tells of one, if it is one. */
  told: (frame: any) => string | undefined;
}

export interface Figures {
  messages_per_second: number;
  p50_ms: number;
  p99_ms: number;
}

/** A visitor may send 120 frames in ten seconds, and this is how fast they write. */
const PACE_MS = 90;

const TEXT = "Do you have the teapot in another colour, and would it arrive before Friday?";

/** The platform compiles what runs often while it runs: nothing is measured before. */
const WARM_UP_MS = 6_000;

/** Lets them write for some seconds and measures from the visitor's sending to the agent's hearing. */
export async function load(conversations: Conversation[], seconds: number): Promise<Figures> {
  const warm = performance.now() + WARM_UP_MS;
  const end = warm + seconds * 1_000;
  const latencies: number[] = [];
  let acknowledged = 0;

  const write = (it: Conversation, index: number) =>
    new Promise<void>((done, fail) => {
      const sent = new Map<string, number>();
      let n = 0;
      let due = performance.now();
      const next = () => {
        const clientId = `b${String(index).padStart(3, "0")}${String(n++).padStart(10, "0")}`;
        sent.set(clientId, performance.now());
        it.visitor.say(it.post(clientId, TEXT));
      };
      it.agent.onText = (text) => {
        const now = performance.now();
        const since = sent.get(it.told(JSON.parse(text)) ?? "");
        if (since !== undefined && since > warm && now < end) latencies.push(now - since);
      };
      it.visitor.onText = (text) => {
        const frame = JSON.parse(text);
        if (frame.type === "refused") return fail(new Error(`refused: ${frame.reason}`));
        if (frame.type !== "ack") return;
        const now = performance.now();
        if (now > warm && now < end) acknowledged++;
        if (now > end) return done();
        due = Math.max(now, due + PACE_MS);
        if (due > now) setTimeout(next, due - now);
        else next();
      };
      next();
    });

  await Promise.all(conversations.map(write));
  latencies.sort((a, b) => a - b);
  const at = (part: number) => latencies[Math.floor((latencies.length - 1) * part)] ?? Number.NaN;
  return { messages_per_second: acknowledged / seconds, p50_ms: at(0.5), p99_ms: at(0.99) };
}
