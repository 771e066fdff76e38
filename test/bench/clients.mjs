// The clients of issue-http, in a process of their own. A message says for how long; the answer holds all latencies.
import { requestCertificate } from './issue-request.mjs';

const { BENCH_ADDRESS: address, BENCH_TOKEN: token } = process.env;

process.on('message', async ({ clients, milliseconds }) => {
  const latencies = [];
  const begin = performance.now();
  const client = async () => {
    while (performance.now() - begin < milliseconds) {
      const sent = performance.now();
      await requestCertificate(address, token);
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  process.send({ latencies, seconds: (performance.now() - begin) / 1000 });
});
