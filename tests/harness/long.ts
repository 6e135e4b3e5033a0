// Conversations that are longer than anybody wants to scroll through, written over the public
// protocol: nothing in the relay makes them.
import type { Workspace } from "./workspace.ts";

/** One socket may say 120 frames in ten seconds, hello among them; the next one may as many. */
const AT_ONCE = 110;

/** What is said at a place of a long conversation. */
export const line = (n: number) => `Line ${n} in a row: the kiln was opened, and nothing had cracked.`;

/** The owner takes the conversation and writes `count` lines, over one socket after the other. */
export async function lengthen(
  workspace: Workspace,
  conversation: string,
  count: number,
  told: (n: number) => void = () => {},
): Promise<void> {
  const owner = await workspace.conversationSocket(conversation);
  owner.say({ type: "hello", version: 1, epoch: 0 });
  await owner.hears("ready");
  owner.say({ type: "take" });
  await owner.hears("conversation");
  owner.drop();
  for (let n = 0; n < count; n += AT_ONCE) {
    await writes(workspace, conversation, n, Math.min(n + AT_ONCE, count));
    told(n);
  }
}

/** One socket's lines, all of them at once, so that they are stored in their order. */
async function writes(workspace: Workspace, conversation: string, from: number, to: number): Promise<void> {
  const socket = await workspace.conversationSocket(conversation);
  socket.say({ type: "hello", version: 1, epoch: 0 });
  await socket.hears("ready");
  for (let n = from; n < to; n++) socket.say({ type: "post", client_id: `long${n + 1}`, text: line(n + 1) });
  for (let n = from; n < to; n++) {
    const { client_id } = await socket.hears("ack");
    if (client_id !== `long${n + 1}`) throw new Error(`${client_id} was stored, long${n + 1} was next`);
  }
  socket.drop();
}
