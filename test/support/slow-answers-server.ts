/** A whole server whose answers take their time, in a process of its own, to be killed. */
import 'reflect-metadata';
import { armFault } from '../../src/kernel/faults';
import { openLog } from '../../src/kernel/log';
import { readSettings } from '../../src/kernel/settings';
import { startServer } from '../../src/server';
import { slowAnswers } from './slow-answers';

const settings = readSettings();
armFault(settings.fault);
void startServer(settings, openLog({ level: 'warn', readable: true }), slowAnswers());
