import { type FromThread } from '../messages.js';

/** Sends a message to the application's thread, and hands it the memory of these buffers. */
export type Post = (message: FromThread, handedOver?: readonly ArrayBuffer[]) => void;
