import { isRefusal, Refusal } from '../../api/index.js';

/** What a part says of its own piece of the input, as pointers into the whole. */
export async function pointing<T>(prefix: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const errors = error.errors.map((fault) => ({ ...fault, pointer: prefix + fault.pointer }));
    throw new Refusal(error.status, error.code, error.message, { errors, headers: error.headers });
  }
}
