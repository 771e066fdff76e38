import type { Channel, Delivery, DeliveryResult } from '../../api/index.js';
import { errorCode } from '../../internal/error-code.js';

const failed = (code: string): DeliveryResult => ({ state: 'failed', code, retry: 'soon' });

/**
 * What a channel says within `milliseconds`. Never rejects: what it throws, and that it is late, are passing troubles.
 * An answer after the time is not listened to; the next delivery with its key gives it again.
 */
export async function tryChannel(channel: Channel, delivery: Delivery, milliseconds: number): Promise<DeliveryResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<DeliveryResult>((resolve) => {
    timer = setTimeout(() => resolve(failed('CHANNEL_LATE')), milliseconds);
  });
  try {
    return await Promise.race([ask(channel, delivery), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function ask(channel: Channel, delivery: Delivery): Promise<DeliveryResult> {
  try {
    const result = await channel.deliver(delivery);
    if (result.state === 'failed') {
      // What is kept and shown must be a code, whatever a plugin's author has put there.
      if (/^[A-Z][A-Z0-9_]{1,63}$/.test(result.code) && ['soon', 'later', 'never'].includes(result.retry)) return result;
    } else if (result.state === 'accepted' || result.state === 'delivered') return result;
    return failed('CHANNEL_RESULT_INVALID');
  } catch (error) {
    // Its message may hold whatever the channel was working on.
    return failed(errorCode(error));
  }
}
