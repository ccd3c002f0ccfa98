/** The control interface in words, for `--help`. What each call does is in `control.ts`. */
export const CONTROL_HELP = `Control interface (--control; JSON, unsigned, from this machine only), below /-/control:
  GET    /                    this list
  GET    /subscriptions       all of them; POST one or a list: title and url needed, any field may be given
  PATCH  /subscriptions/{id}  edit as somebody else would; DELETE removes; {id} may be a title
  GET    /requests, /history  what happened so far; DELETE either empties both
  GET    /faults              scheduled faults; POST schedules one, DELETE clears all
  DELETE /faults/{id}         clears one
  GET    /switches            PATCH changes some
  POST   /deliver             {"type": "ORDER.FILLED", "object"?: {}, "webhookId"?: "…"}: delivers an event, signed
  POST   /keys/rotate         {"keepOld"?: true}: signs deliveries with a new key from now on
  POST   /tokens/expire       every token issued so far is refused
  POST   /clients             {"scopes"?: ["webhooks:read"], "tenant"?, "keyType"?, "publicKeyPem"?}: a further client

Faults: {"on": "POST /webhooks", "nth"?: 1, "times"?: 1 | "always", "probability"?: 1, "title"?, "clientId"?,
"effect": one of these or a list of them}
  {"kind": "answer", "status": 503, "body"?: "problem" | "html" | "none" | {"text", "contentType"}, "retryAfter"?,
   "headers"?, "carriedOut"?: false}                              another answer, instead of or after carrying out
  {"kind": "cut", "carriedOut": true | false}                     the connection is reset
  {"kind": "delay", "ms": 500 | "never", "carriedOut"?: true}     the answer, or (false) the carrying out, comes late;
                                                "regardless": carried out late, though the client has given up
  {"kind": "trickle", "bytes"?: 1, "everyMs"?: 50}                the answer comes in drops
  {"kind": "truncate", "connection": "cut" | "kept"}              half an answer, or broken JSON
  {"kind": "headers", "set"?: {"content-type": "text/plain"}, "omit"?: ["date"]} other headers
  {"kind": "cached", "ageSeconds": 120}                           as from a proxy: Age, an old Date, no request id
  {"kind": "listing", "totalCount"?, "drop"?, "repeat"?, "shift"?} a listing that lies
  {"kind": "members", "set"?: {"type": null}, "omit"?: ["config"]} members are new, null or missing
  {"kind": "items", "pick": "oldest" | "newest" | "all" | {"id"} | {"title"}, "set"?, "omit"?: ["title"]} the same of
   chosen items of a listing
  {"kind": "meanwhile", "create"? | "edit"? | "delete"?: "target"} somebody else changes the tenant just before
  {"kind": "expire-tokens"}`;
