/**
 * The result of a promise.
 *
 * @errors rejects with `late()` if there is none after this time; what comes later is ignored
 */
export async function within<T>(seconds: number, result: Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), seconds * 1000).unref();
  });
  try {
    return await Promise.race([result, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
