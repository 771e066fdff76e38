// `npm start`: brings the database up to date and runs the demo adopter.
import { main } from './dist/cli/main.js';

process.env.LOG_LEVEL ??= 'warn';
const adopter = process.argv[2] ?? 'adopters/demo';
await main(['db', 'migrate', adopter]);
if (process.exitCode === 0) await main(['serve', adopter]);
