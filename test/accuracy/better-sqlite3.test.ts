import { isAccurateOn } from './suites/driver.js';

isAccurateOn('better-sqlite3');
