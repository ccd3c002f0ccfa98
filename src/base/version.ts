/** The version of this build; `development` when run from source. */
declare const __VERSION__: string | undefined;

export const version: string = typeof __VERSION__ === 'string' ? __VERSION__ : 'development';
