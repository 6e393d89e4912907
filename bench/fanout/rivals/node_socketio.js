// Socket.IO on Node, WebSocket transport only: a room for each diagnosis, emit to the room.
'use strict';
const http = require('http');
const { Server } = require('socket.io');
const { WebSocketServer } = require('ws');

const server = http.createServer();
const io = new Server(server, {
  transports: ['websocket'],
  perMessageDeflate: false,
  pingInterval: 3600e3,
  destroyUpgrade: false,
});
const publishers = new WebSocketServer({ noServer: true });

server.on('upgrade', (request, socket, head) => {
  if (request.url === '/publish') publishers.handleUpgrade(request, socket, head, publisher);
});

io.on('connection', (client) => {
  client.join(client.handshake.query.room);
  client.emit('ready');
});

function publisher(socket) {
  socket.on('message', (message) => {
    const bar = message.indexOf('|');
    io.to(message.toString('latin1', 0, bar)).emit('message', JSON.parse(message.subarray(bar + 1)));
  });
}

server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 2048 });
