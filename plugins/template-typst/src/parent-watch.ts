// A thread of the compiler's process. A template that never ends keeps the main thread from seeing that its parent is
// gone; without this, a house that was killed would leave it computing for ever.
const parent = Number(process.argv[2]);
setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 1000);
