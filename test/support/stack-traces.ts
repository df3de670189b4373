/**
 * As long as Node makes them by itself. Mocha has them hold every frame, which takes milliseconds for each error near the end of
 * the native stack, and is not what users of the engine have.
 */
Error.stackTraceLimit = 10;
