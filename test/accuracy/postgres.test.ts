import { isAccurateOn } from './suites/driver.js';

isAccurateOn('postgres');
