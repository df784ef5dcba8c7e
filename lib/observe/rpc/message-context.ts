import { type RunningExecution } from '../operations/running-execution.js';

/** On the context of a message: its execution. */
const EXECUTION = Symbol('nestjs-prometheus-exporter.execution');

export interface MessageContext {
  [EXECUTION]?: RunningExecution;
  /** Of TCP. */
  readonly getSocketRef?: unknown;
  /** Of a call of gRPC. */
  readonly cancelled?: unknown;
}

/**
 * What Nest makes for each message and passes to its handler behind the data: a TcpContext, the call of gRPC. A strategy
 * of the application may pass none.
 */
export function contextOf(args: readonly unknown[]): MessageContext | undefined {
  for (let i = args.length - 1; i > 0; i -= 1) {
    const value = args[i];
    if (typeof value === 'object' && value !== null) return value;
  }
  return undefined;
}

export function putOnContext(context: MessageContext | undefined, execution: RunningExecution): void {
  if (context === undefined) return;
  try {
    context[EXECUTION] = execution;
  } catch {
    // It is frozen, so the class of an exception will not be known.
  }
}

/** @param args of the handler */
export function executionOn(args: readonly unknown[]): RunningExecution | undefined {
  return contextOf(args)?.[EXECUTION];
}
