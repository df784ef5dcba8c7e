/** The program of the endpoint's thread. It knows no Nest, and needs nothing of the application but messages. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { type ToThread } from '../messages.js';
import { type ThreadSettings } from '../thread-settings.js';
import { EndpointProgram } from './endpoint-program.js';
import { type Post } from './post.js';

const port = parentPort!;
// A thread has no origin; the rule takes it for a window.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
const post: Post = (message, handedOver = []) => port.postMessage(message, handedOver);
const receive = (): ToThread | undefined => receiveMessageOnPort(port)?.message;
const program = new EndpointProgram(workerData as ThreadSettings, post, receive);
port.on('message', (message: ToThread) => program.hear(message));
void program.start();
