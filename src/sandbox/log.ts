/** What the sandbox has to say about itself and the requests it gets: one line each, never a secret. */
export type LogLevel = 'info' | 'warn' | 'error';
export type Log = (level: LogLevel, message: string) => void;
