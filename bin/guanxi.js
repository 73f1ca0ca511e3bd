#!/usr/bin/env node
require('./build-if-changed');
require('../dist/src/cli').runCli(process.argv.slice(2));
