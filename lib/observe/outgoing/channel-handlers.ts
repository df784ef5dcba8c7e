import { type OutgoingObserver } from './outgoing-observer.js';

/** Finds the application that a request belongs to which is starting now. */
export type FindObserver = () => OutgoingObserver | undefined;

/** What happens with the messages of diagnostics channels, by their names. */
export type ChannelHandlers<Message> = Readonly<Record<string, (message: Message) => void>>;
