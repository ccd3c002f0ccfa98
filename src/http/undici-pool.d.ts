/** The one part of undici we use. Its index loads all the rest (fetch, caches, WebSocket): 70 ms and 14 MB more. */
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';
  export default Pool;
}
