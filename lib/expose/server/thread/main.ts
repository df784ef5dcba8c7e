/** The program of the endpoint's thread. It knows no Nest, and needs nothing of the application but messages. */
import { parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { type ToThread } from '../messages.js';
import { EndpointProgram } from './endpoint-program.js';
import { type Post } from './post.js';

/** A boot that fails never tells the thread to serve, and never ends it. */
const UNUSED_MS = 10_000;

const port = parentPort!;
// A thread has no origin; the rule takes it for a window.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
const post: Post = (message, handedOver = []) => port.postMessage(message, handedOver);
const receive = (): ToThread | undefined => receiveMessageOnPort(port)?.message;
const unused = setTimeout(() => process.exit(), UNUSED_MS);
let program: EndpointProgram | undefined;

port.on('message', (message: ToThread) => {
  if (message.kind === 'serve') {
    clearTimeout(unused);
    program = new EndpointProgram(message.settings, post, receive);
    void program.start();
  } else if (program !== undefined) {
    program.hear(message);
  } else if (message.kind === 'stop') {
    post({ kind: 'stopped' });
  }
});
