/** The reference: the bare library answering the same encrypted messages, storing nothing. */
const Koa = require('koa');
const wechat = require('co-wechat');

const [token, appid, encodingAESKey, answer] = process.argv.slice(2);
const app = new Koa();
app.use(
  wechat({ token, appid, encodingAESKey }).middleware(async (message) =>
    message.Content === '几点开门' ? answer : '',
  ),
);
const server = app.listen(0, '127.0.0.1', () =>
  process.stdout.write(`listening ${server.address().port}\n`),
);
