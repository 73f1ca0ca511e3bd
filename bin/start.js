/** `npm start`: builds when that is needed, then serves. One script, because npm may be told to leave out `pre…` scripts. */
require('./build-if-changed');
require('../dist/src/main.js');
