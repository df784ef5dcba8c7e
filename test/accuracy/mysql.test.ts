import { isAccurateOn } from './suites/driver.js';

// There is no MySQL in Debian: this is TypeORM's dialect for it, on MariaDB.
isAccurateOn('mysql');
