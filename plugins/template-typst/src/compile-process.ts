import { compile } from './compile.js';
import type { CompileRequest } from './compile-messages.js';

// The compiler's process: takes one request at a time, and ends with its parent.
process.on('message', (request: CompileRequest) => process.send?.(compile(request)));
process.on('disconnect', () => process.exit());
