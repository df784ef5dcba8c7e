import { isAccurateOn } from './suites/driver.js';

isAccurateOn('sqljs');
