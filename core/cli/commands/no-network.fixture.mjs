// Loaded before divoc (node --import): every way to the network is noted in the file NETWORK_LOG, and refused.
import dgram from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';

function close(owner, ...names) {
  for (const name of names) {
    owner[name] = () => {
      appendFileSync(process.env.NETWORK_LOG, `${name}\n`);
      throw new Error(`no network here: ${name}`);
    };
  }
}

close(net.Socket.prototype, 'connect');
close(net.Server.prototype, 'listen');
close(net, 'connect', 'createConnection');
close(tls, 'connect');
close(http, 'request', 'get');
close(https, 'request', 'get');
close(http2, 'connect');
close(dns, 'lookup', 'resolve', 'resolve4', 'resolve6');
close(dns.promises, 'lookup', 'resolve', 'resolve4', 'resolve6');
close(dgram, 'createSocket');
close(dgram.Socket.prototype, 'bind', 'connect', 'send');
close(globalThis, 'fetch');
syncBuiltinESMExports();
