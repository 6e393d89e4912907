// uWebSockets.js: its own publish and subscribe, in C++.
'use strict';
const uws = require('uwebsockets');

const quiet = { idleTimeout: 0, sendPingsAutomatically: false, maxBackpressure: 64 * 1024 * 1024 };
const app = uws.App();

app.ws('/ws/:room', {
  ...quiet,
  upgrade: (response, request, context) => {
    response.upgrade(
      { room: request.getParameter(0) },
      request.getHeader('sec-websocket-key'),
      request.getHeader('sec-websocket-protocol'),
      request.getHeader('sec-websocket-extensions'),
      context,
    );
  },
  open: (client) => {
    client.subscribe(client.getUserData().room);
    client.send('ready');
  },
});

app.ws('/publish', {
  ...quiet,
  message: (_client, message) => {
    const bytes = Buffer.from(message);
    const bar = bytes.indexOf('|');
    app.publish(bytes.toString('latin1', 0, bar), bytes.subarray(bar + 1), false);
  },
});

app.listen('127.0.0.1', Number(process.argv[2]), (listening) => {
  if (!listening) process.exit(1);
});
