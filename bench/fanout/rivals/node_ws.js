// Node's `ws`, the frame built once: the ready bytes go straight to each socket.
'use strict';
const http = require('http');
const { Sender, WebSocketServer } = require('ws');

const rooms = new Map();
const server = http.createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });

sockets.on('connection', (client, request) => {
  if (request.url === '/publish') {
    client.on('message', publish);
    return;
  }
  const room = request.url.slice('/ws/'.length);
  if (!rooms.has(room)) rooms.set(room, new Set());
  rooms.get(room).add(client);
  client.on('close', () => rooms.get(room).delete(client));
  client.send('ready');
});

function publish(message) {
  const bar = message.indexOf('|');
  const text = message.subarray(bar + 1);
  const frame = Buffer.concat(Sender.frame(text, { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: true }));
  for (const client of rooms.get(message.toString('latin1', 0, bar)) ?? []) client._socket.write(frame);
}

server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 2048 });
