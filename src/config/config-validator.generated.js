// Made of schemas/config.schema.json by `npm run generate`: change that, not this.
var __getOwnPropNames = Object.getOwnPropertyNames;
var __commonJS = (cb, mod) => function __require() {
  try {
    return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
  } catch (e) {
    throw mod = 0, e;
  }
};

// node_modules/ajv/dist/runtime/ucs2length.js
var require_ucs2length = __commonJS({
  "node_modules/ajv/dist/runtime/ucs2length.js"(exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    function ucs2length(str) {
      const len = str.length;
      let length = 0;
      let pos = 0;
      let value;
      while (pos < len) {
        length++;
        value = str.charCodeAt(pos++);
        if (value >= 55296 && value <= 56319 && pos < len) {
          value = str.charCodeAt(pos);
          if ((value & 64512) === 56320)
            pos++;
        }
      }
      return length;
    }
    exports.default = ucs2length;
    ucs2length.code = 'require("ajv/dist/runtime/ucs2length").default';
  }
});

// <stdin>
var validate = validate20;
var stdin_default = validate20;
var schema31 = { "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Configuration of webhook-reconciler", "description": "What `--config FILE` may hold. Flags and environment variables count above it. Relative paths start at the folder of the file.", "type": "object", "additionalProperties": false, "properties": { "api": { "description": "The Upvest API and the credentials for it", "type": "object", "additionalProperties": false, "properties": { "url": { "description": "Address of the Upvest API; http:// for this machine only", "type": "string", "minLength": 1, "examples": ["https://sandbox.upvest.co", "https://api.upvest.co"], "default": "https://sandbox.upvest.co" }, "clientId": { "description": "Client id of the tenant", "type": "string", "minLength": 1 }, "clientSecretFile": { "description": "File that holds the client secret; read again when it changes", "type": "string", "writeOnly": true, "minLength": 1 }, "keyId": { "description": "Id under which Upvest knows the public key", "type": "string", "minLength": 1 }, "privateKeyFile": { "description": "File with the private key that signs requests (PEM); read again when it changes", "type": "string", "writeOnly": true, "minLength": 1 }, "privateKeyPassphraseFile": { "description": "File that holds the passphrase of the private key", "type": "string", "writeOnly": true, "minLength": 1 }, "sign": { "description": "Whether to sign requests; false where they go through Upvest's own signature proxy", "type": "boolean", "default": true }, "timeout": { "description": "How long one request may take, each attempt counted on its own", "$ref": "#/$defs/duration", "default": "10s" }, "concurrency": { "description": "How many requests may run at once, and as many test deliveries beside them", "type": "integer", "minimum": 1, "maximum": 100, "default": 4 }, "requestsPerSecond": { "description": "How many requests may start within any second", "type": "integer", "minimum": 1, "maximum": 1e3, "default": 10 }, "retries": { "description": "How often a request that may be repeated is repeated before the pass fails", "type": "integer", "minimum": 0, "maximum": 20, "default": 5 } } }, "source": { "description": "The checkout", "type": "object", "additionalProperties": false, "properties": { "path": { "description": "Folder (searched for *.yaml and *.yml) or file with the subscriptions", "type": "string", "minLength": 1, "default": "./webhooks" }, "substitute": { "description": "What ${NAME} stands for in the subscription files; no secrets: a person who may push decides where the value is sent", "type": "object", "propertyNames": { "pattern": "^[A-Za-z_][A-Za-z0-9_]*$", "errorMessage": "is not a name: write letters, digits and _" }, "additionalProperties": { "type": "string" }, "examples": [{ "HOOK_HOST": "hooks.tenant.tld" }] }, "debounce": { "description": "How long files must stay unchanged after a change before they are read", "$ref": "#/$defs/duration", "default": "250ms" }, "url": { "description": "Template of links to the repository with {revision}, {path} and {line}; it is shown to every reader of the status", "type": "string", "minLength": 1, "examples": ["https://git.example.com/webhooks/blob/{revision}/{path}#L{line}"] } } }, "policy": { "description": "What may be done to the tenant", "type": "object", "additionalProperties": false, "properties": { "mode": { "description": "What may be done: sync (everything), upsert (no deletes), create (only creates) or observe (nothing)", "enum": ["sync", "upsert", "create", "observe"], "default": "sync" }, "owns": { "description": "Which subscriptions are ours, so that they may be pruned: all, or rules on url or title", "$ref": "#/$defs/owns" }, "hosts": { "description": "Hosts that deliveries may go to, whatever policy.owns says, such as hooks.tenant.tld or *.tenant.tld", "type": "array", "minItems": 1, "items": { "type": "string", "minLength": 1 }, "examples": [["hooks.tenant.tld", "*.tenant.tld"]] }, "adopt": { "description": "When a subscription that is not ours may be taken over: exact (same title and url), title or never", "enum": ["exact", "title", "never"], "default": "exact" }, "tombstones": { "description": "What a tombstone may delete: any subscription, or owned ones alone, which then count under policy.maxDeletes", "enum": ["any", "owned"], "default": "any" }, "pins": { "description": "What reconcile.id may take: any subscription, or owned ones alone", "enum": ["any", "owned"], "default": "any" }, "maxDeletes": { "description": "How many deletes a pass may carry out by itself; if there are more, none is: a number, or a share (at least 1)", "type": ["integer", "string"], "minimum": 0, "maximum": 999999999, "pattern": "^([1-9]|[1-9][0-9]|100)%$", "errorMessage": "is not a limit: write a whole number, such as 3, or a share from 1% to 100%, such as 20%", "examples": ["20%", 3], "default": 1 }, "allowEmpty": { "description": "Whether deletes are allowed where the checkout wants no subscription at all", "type": "boolean", "default": false }, "quarantine": { "description": "How long what is to be pruned stays disabled before it is deleted; 0s: it is deleted at once", "$ref": "#/$defs/duration", "default": "0s" } } }, "schedule": { "description": "When passes run", "type": "object", "additionalProperties": false, "properties": { "resync": { "description": "When to run a pass without a change: cron (five or six fields) or an interval such as 30s", "type": "string", "minLength": 1, "errorMessage": 'is not a schedule: write five or six cron fields, such as "* * * * *", or an interval, such as 30s', "examples": ["* * * * *", "30s"], "default": "* * * * *" }, "timezone": { "description": "Time zone of the schedule, such as Europe/Berlin", "type": "string", "minLength": 1, "default": "UTC" }, "freeze": { "description": "Times in which nothing is changed, only observed: a list of {start: <cron>, duration, timezone?}", "type": "array", "items": { "$ref": "#/$defs/freezeWindow" } } } }, "server": { "description": "The HTTP endpoints", "type": "object", "additionalProperties": false, "properties": { "host": { "description": "Address to listen on", "type": "string", "minLength": 1, "default": "0.0.0.0" }, "port": { "description": "Port to listen on; 0 picks a free one and logs it", "type": "integer", "minimum": 0, "maximum": 65535, "default": 8080 }, "tokenFile": { "description": "File with the bearer token that all requests but probes have to carry", "type": "string", "writeOnly": true, "minLength": 1 }, "triggerTokenFile": { "description": "File with the token that a POST to /-/reconcile has to carry", "type": "string", "writeOnly": true, "minLength": 1 }, "subscriptionMetrics": { "description": "Whether metrics name the subscriptions that are not in sync, up to 100 of them", "type": "boolean", "default": true } } }, "lease": { "description": "Lease that decides which of several instances may change the tenant: namespace/name; one for each tenant", "type": "string", "minLength": 1, "examples": ["payments/webhook-reconciler"] }, "kubernetes": { "description": "What is done with the Kubernetes API: how the lease is kept, and whether there are Events", "type": "object", "additionalProperties": false, "properties": { "leaseDuration": { "description": "How long others wait before they take the lease of a holder that no longer renews it; whole seconds", "$ref": "#/$defs/duration", "default": "15s" }, "renewDeadline": { "description": "How long a holder that cannot renew the lease goes on at most; api.timeout may make it shorter", "$ref": "#/$defs/duration", "default": "10s" }, "retryPeriod": { "description": "How often the holder renews the lease, and others check it", "$ref": "#/$defs/duration", "default": "2s" }, "events": { "description": "Whether to post Kubernetes Events on the pod: drift, failures, withheld deletes, leadership", "type": "boolean", "default": false } } }, "log": { "description": "The log", "type": "object", "additionalProperties": false, "properties": { "level": { "description": "The lowest level that is logged: trace, debug, info, warn, error, fatal or silent", "enum": ["trace", "debug", "info", "warn", "error", "fatal", "silent"], "default": "info" }, "format": { "description": "json (one line per event) or pretty (for people)", "enum": ["json", "pretty"], "default": "json" } } } }, "$defs": { "duration": { "type": "string", "pattern": "^[0-9]{1,12}(ms|s|m|h)$", "errorMessage": "is not a duration: write a whole number and ms, s, m or h, such as 250ms, 30s, 5m or 2h", "examples": ["250ms", "30s", "5m", "2h"] }, "owns": { "if": { "type": "array" }, "then": { "type": "array", "items": { "$ref": "#/$defs/ownsRule" } }, "else": { "const": "all", "errorMessage": 'is neither "all" nor a list of rules: write all, or a list such as [{url: "https://hooks.tenant.tld/*"}, {title: "payments *"}]' } }, "ownsRule": { "description": "Either the pattern of a url or the pattern of a title", "type": "object", "additionalProperties": false, "minProperties": 1, "maxProperties": 1, "properties": { "url": { "description": "A URL pattern: * stands for any text within its part of the address", "type": "string", "minLength": 1 }, "title": { "description": "A title in which * stands for any text", "type": "string", "minLength": 1 } } }, "freezeWindow": { "description": "Nothing is changed from each occurrence of `start` on for `duration`", "type": "object", "additionalProperties": false, "required": ["start", "duration"], "properties": { "start": { "description": "When it begins: cron, five or six fields; where both day of month and day of week are given, both have to match", "type": "string", "minLength": 1, "examples": ["0 17 * * FRI"] }, "duration": { "description": "How long it lasts: time that passes, so that a change to or from summer time within it makes no difference", "$ref": "#/$defs/duration" }, "timezone": { "description": "Time zone of `start`; without it that of the schedule", "type": "string", "minLength": 1 } } } } };
var schema32 = { "type": "string", "pattern": "^[0-9]{1,12}(ms|s|m|h)$", "errorMessage": "is not a duration: write a whole number and ms, s, m or h, such as 250ms, 30s, 5m or 2h", "examples": ["250ms", "30s", "5m", "2h"] };
var func1 = Object.prototype.hasOwnProperty;
var func2 = require_ucs2length().default;
var pattern4 = new RegExp("^[0-9]{1,12}(ms|s|m|h)$", "u");
var pattern5 = new RegExp("^[A-Za-z_][A-Za-z0-9_]*$", "u");
var pattern7 = new RegExp("^([1-9]|[1-9][0-9]|100)%$", "u");
var schema34 = { "if": { "type": "array" }, "then": { "type": "array", "items": { "$ref": "#/$defs/ownsRule" } }, "else": { "const": "all", "errorMessage": 'is neither "all" nor a list of rules: write all, or a list such as [{url: "https://hooks.tenant.tld/*"}, {title: "payments *"}]' } };
var schema35 = { "description": "Either the pattern of a url or the pattern of a title", "type": "object", "additionalProperties": false, "minProperties": 1, "maxProperties": 1, "properties": { "url": { "description": "A URL pattern: * stands for any text within its part of the address", "type": "string", "minLength": 1 }, "title": { "description": "A title in which * stands for any text", "type": "string", "minLength": 1 } } };
function validate21(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null;
  let errors = 0;
  const evaluated0 = validate21.evaluated;
  if (evaluated0.dynamicProps) {
    evaluated0.props = void 0;
  }
  if (evaluated0.dynamicItems) {
    evaluated0.items = void 0;
  }
  const _errs0 = errors;
  let valid0 = true;
  const _errs1 = errors;
  if (!Array.isArray(data)) {
    const err0 = {};
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  var _valid0 = _errs1 === errors;
  errors = _errs0;
  if (vErrors !== null) {
    if (_errs0) {
      vErrors.length = _errs0;
    } else {
      vErrors = null;
    }
  }
  let ifClause0;
  if (_valid0) {
    const _errs3 = errors;
    if (Array.isArray(data)) {
      const len0 = data.length;
      for (let i0 = 0; i0 < len0; i0++) {
        let data0 = data[i0];
        if (data0 && typeof data0 == "object" && !Array.isArray(data0)) {
          if (Object.keys(data0).length > 1) {
            const err1 = { instancePath: instancePath + "/" + i0, schemaPath: "#/$defs/ownsRule/maxProperties", keyword: "maxProperties", params: { limit: 1 }, message: "must NOT have more than 1 properties", schema: 1, parentSchema: schema35, data: data0 };
            if (vErrors === null) {
              vErrors = [err1];
            } else {
              vErrors.push(err1);
            }
            errors++;
          }
          if (Object.keys(data0).length < 1) {
            const err2 = { instancePath: instancePath + "/" + i0, schemaPath: "#/$defs/ownsRule/minProperties", keyword: "minProperties", params: { limit: 1 }, message: "must NOT have fewer than 1 properties", schema: 1, parentSchema: schema35, data: data0 };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
          for (const key0 in data0) {
            if (!(key0 === "url" || key0 === "title")) {
              const err3 = { instancePath: instancePath + "/" + i0, schemaPath: "#/$defs/ownsRule/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 }, message: "must NOT have additional properties", schema: false, parentSchema: schema35, data: data0 };
              if (vErrors === null) {
                vErrors = [err3];
              } else {
                vErrors.push(err3);
              }
              errors++;
            }
          }
          if (data0.url !== void 0) {
            let data1 = data0.url;
            if (typeof data1 === "string") {
              if (func2(data1) < 1) {
                const err4 = { instancePath: instancePath + "/" + i0 + "/url", schemaPath: "#/$defs/ownsRule/properties/url/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema35.properties.url, data: data1 };
                if (vErrors === null) {
                  vErrors = [err4];
                } else {
                  vErrors.push(err4);
                }
                errors++;
              }
            } else {
              const err5 = { instancePath: instancePath + "/" + i0 + "/url", schemaPath: "#/$defs/ownsRule/properties/url/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema35.properties.url.type, parentSchema: schema35.properties.url, data: data1 };
              if (vErrors === null) {
                vErrors = [err5];
              } else {
                vErrors.push(err5);
              }
              errors++;
            }
          }
          if (data0.title !== void 0) {
            let data2 = data0.title;
            if (typeof data2 === "string") {
              if (func2(data2) < 1) {
                const err6 = { instancePath: instancePath + "/" + i0 + "/title", schemaPath: "#/$defs/ownsRule/properties/title/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema35.properties.title, data: data2 };
                if (vErrors === null) {
                  vErrors = [err6];
                } else {
                  vErrors.push(err6);
                }
                errors++;
              }
            } else {
              const err7 = { instancePath: instancePath + "/" + i0 + "/title", schemaPath: "#/$defs/ownsRule/properties/title/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema35.properties.title.type, parentSchema: schema35.properties.title, data: data2 };
              if (vErrors === null) {
                vErrors = [err7];
              } else {
                vErrors.push(err7);
              }
              errors++;
            }
          }
        } else {
          const err8 = { instancePath: instancePath + "/" + i0, schemaPath: "#/$defs/ownsRule/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema35.type, parentSchema: schema35, data: data0 };
          if (vErrors === null) {
            vErrors = [err8];
          } else {
            vErrors.push(err8);
          }
          errors++;
        }
      }
    } else {
      const err9 = { instancePath, schemaPath: "#/then/type", keyword: "type", params: { type: "array" }, message: "must be array", schema: schema34.then.type, parentSchema: schema34.then, data };
      if (vErrors === null) {
        vErrors = [err9];
      } else {
        vErrors.push(err9);
      }
      errors++;
    }
    var _valid0 = _errs3 === errors;
    valid0 = _valid0;
    if (valid0) {
      var items0 = true;
    }
    ifClause0 = "then";
  } else {
    const _errs13 = errors;
    if ("all" !== data) {
      const err10 = { instancePath, schemaPath: "#/else/const", keyword: "const", params: { allowedValue: "all" }, message: "must be equal to constant", schema: "all", parentSchema: schema34.else, data };
      if (vErrors === null) {
        vErrors = [err10];
      } else {
        vErrors.push(err10);
      }
      errors++;
    }
    var _valid0 = _errs13 === errors;
    valid0 = _valid0;
    ifClause0 = "else";
  }
  if (!valid0) {
    const err11 = { instancePath, schemaPath: "#/if", keyword: "if", params: { failingKeyword: ifClause0 }, message: 'must match "' + ifClause0 + '" schema', schema: schema34.if, parentSchema: schema34, data };
    if (vErrors === null) {
      vErrors = [err11];
    } else {
      vErrors.push(err11);
    }
    errors++;
  }
  validate21.errors = vErrors;
  evaluated0.items = items0;
  return errors === 0;
}
validate21.evaluated = { "dynamicProps": false, "dynamicItems": true };
var schema37 = { "description": "Nothing is changed from each occurrence of `start` on for `duration`", "type": "object", "additionalProperties": false, "required": ["start", "duration"], "properties": { "start": { "description": "When it begins: cron, five or six fields; where both day of month and day of week are given, both have to match", "type": "string", "minLength": 1, "examples": ["0 17 * * FRI"] }, "duration": { "description": "How long it lasts: time that passes, so that a change to or from summer time within it makes no difference", "$ref": "#/$defs/duration" }, "timezone": { "description": "Time zone of `start`; without it that of the schedule", "type": "string", "minLength": 1 } } };
function validate23(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null;
  let errors = 0;
  const evaluated0 = validate23.evaluated;
  if (evaluated0.dynamicProps) {
    evaluated0.props = void 0;
  }
  if (evaluated0.dynamicItems) {
    evaluated0.items = void 0;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.start === void 0) {
      const err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "start" }, message: "must have required property 'start'", schema: schema37.required, parentSchema: schema37, data };
      if (vErrors === null) {
        vErrors = [err0];
      } else {
        vErrors.push(err0);
      }
      errors++;
    }
    if (data.duration === void 0) {
      const err1 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "duration" }, message: "must have required property 'duration'", schema: schema37.required, parentSchema: schema37, data };
      if (vErrors === null) {
        vErrors = [err1];
      } else {
        vErrors.push(err1);
      }
      errors++;
    }
    for (const key0 in data) {
      if (!(key0 === "start" || key0 === "duration" || key0 === "timezone")) {
        const err2 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 }, message: "must NOT have additional properties", schema: false, parentSchema: schema37, data };
        if (vErrors === null) {
          vErrors = [err2];
        } else {
          vErrors.push(err2);
        }
        errors++;
      }
    }
    if (data.start !== void 0) {
      let data0 = data.start;
      if (typeof data0 === "string") {
        if (func2(data0) < 1) {
          const err3 = { instancePath: instancePath + "/start", schemaPath: "#/properties/start/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema37.properties.start, data: data0 };
          if (vErrors === null) {
            vErrors = [err3];
          } else {
            vErrors.push(err3);
          }
          errors++;
        }
      } else {
        const err4 = { instancePath: instancePath + "/start", schemaPath: "#/properties/start/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema37.properties.start.type, parentSchema: schema37.properties.start, data: data0 };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
    }
    if (data.duration !== void 0) {
      let data1 = data.duration;
      if (typeof data1 === "string") {
        if (!pattern4.test(data1)) {
          const err5 = { instancePath: instancePath + "/duration", schemaPath: "#/$defs/duration/pattern", keyword: "pattern", params: { pattern: "^[0-9]{1,12}(ms|s|m|h)$" }, message: 'must match pattern "^[0-9]{1,12}(ms|s|m|h)$"', schema: "^[0-9]{1,12}(ms|s|m|h)$", parentSchema: schema32, data: data1 };
          if (vErrors === null) {
            vErrors = [err5];
          } else {
            vErrors.push(err5);
          }
          errors++;
        }
      } else {
        const err6 = { instancePath: instancePath + "/duration", schemaPath: "#/$defs/duration/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema32.type, parentSchema: schema32, data: data1 };
        if (vErrors === null) {
          vErrors = [err6];
        } else {
          vErrors.push(err6);
        }
        errors++;
      }
    }
    if (data.timezone !== void 0) {
      let data2 = data.timezone;
      if (typeof data2 === "string") {
        if (func2(data2) < 1) {
          const err7 = { instancePath: instancePath + "/timezone", schemaPath: "#/properties/timezone/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema37.properties.timezone, data: data2 };
          if (vErrors === null) {
            vErrors = [err7];
          } else {
            vErrors.push(err7);
          }
          errors++;
        }
      } else {
        const err8 = { instancePath: instancePath + "/timezone", schemaPath: "#/properties/timezone/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema37.properties.timezone.type, parentSchema: schema37.properties.timezone, data: data2 };
        if (vErrors === null) {
          vErrors = [err8];
        } else {
          vErrors.push(err8);
        }
        errors++;
      }
    }
  } else {
    const err9 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema37.type, parentSchema: schema37, data };
    if (vErrors === null) {
      vErrors = [err9];
    } else {
      vErrors.push(err9);
    }
    errors++;
  }
  validate23.errors = vErrors;
  return errors === 0;
}
validate23.evaluated = { "props": true, "dynamicProps": false, "dynamicItems": false };
function validate20(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null;
  let errors = 0;
  const evaluated0 = validate20.evaluated;
  if (evaluated0.dynamicProps) {
    evaluated0.props = void 0;
  }
  if (evaluated0.dynamicItems) {
    evaluated0.items = void 0;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!(key0 === "api" || key0 === "source" || key0 === "policy" || key0 === "schedule" || key0 === "server" || key0 === "lease" || key0 === "kubernetes" || key0 === "log")) {
        const err0 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 }, message: "must NOT have additional properties", schema: false, parentSchema: schema31, data };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
    }
    if (data.api !== void 0) {
      let data0 = data.api;
      if (data0 && typeof data0 == "object" && !Array.isArray(data0)) {
        for (const key1 in data0) {
          if (!func1.call(schema31.properties.api.properties, key1)) {
            const err1 = { instancePath: instancePath + "/api", schemaPath: "#/properties/api/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key1 }, message: "must NOT have additional properties", schema: false, parentSchema: schema31.properties.api, data: data0 };
            if (vErrors === null) {
              vErrors = [err1];
            } else {
              vErrors.push(err1);
            }
            errors++;
          }
        }
        if (data0.url !== void 0) {
          let data1 = data0.url;
          if (typeof data1 === "string") {
            if (func2(data1) < 1) {
              const err2 = { instancePath: instancePath + "/api/url", schemaPath: "#/properties/api/properties/url/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema31.properties.api.properties.url, data: data1 };
              if (vErrors === null) {
                vErrors = [err2];
              } else {
                vErrors.push(err2);
              }
              errors++;
            }
          } else {
            const err3 = { instancePath: instancePath + "/api/url", schemaPath: "#/properties/api/properties/url/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema31.properties.api.properties.url.type, parentSchema: schema31.properties.api.properties.url, data: data1 };
            if (vErrors === null) {
              vErrors = [err3];
            } else {
              vErrors.push(err3);
            }
            errors++;
          }
        }
        if (data0.clientId !== void 0) {
          let data2 = data0.clientId;
          if (typeof data2 === "string") {
            if (func2(data2) < 1) {
              const err4 = { instancePath: instancePath + "/api/clientId", schemaPath: "#/properties/api/properties/clientId/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema31.properties.api.properties.clientId, data: data2 };
              if (vErrors === null) {
                vErrors = [err4];
              } else {
                vErrors.push(err4);
              }
              errors++;
            }
          } else {
            const err5 = { instancePath: instancePath + "/api/clientId", schemaPath: "#/properties/api/properties/clientId/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema31.properties.api.properties.clientId.type, parentSchema: schema31.properties.api.properties.clientId, data: data2 };
            if (vErrors === null) {
              vErrors = [err5];
            } else {
              vErrors.push(err5);
            }
            errors++;
          }
        }
        if (data0.clientSecretFile !== void 0) {
          let data3 = data0.clientSecretFile;
          if (typeof data3 === "string") {
            if (func2(data3) < 1) {
              const err6 = { instancePath: instancePath + "/api/clientSecretFile", schemaPath: "#/properties/api/properties/clientSecretFile/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema31.properties.api.properties.clientSecretFile, data: data3 };
              if (vErrors === null) {
                vErrors = [err6];
              } else {
                vErrors.push(err6);
              }
              errors++;
            }
          } else {
            const err7 = { instancePath: instancePath + "/api/clientSecretFile", schemaPath: "#/properties/api/properties/clientSecretFile/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema31.properties.api.properties.clientSecretFile.type, parentSchema: schema31.properties.api.properties.clientSecretFile, data: data3 };
            if (vErrors === null) {
              vErrors = [err7];
            } else {
              vErrors.push(err7);
            }
            errors++;
          }
        }
        if (data0.keyId !== void 0) {
          let data4 = data0.keyId;
          if (typeof data4 === "string") {
            if (func2(data4) < 1) {
              const err8 = { instancePath: instancePath + "/api/keyId", schemaPath: "#/properties/api/properties/keyId/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema31.properties.api.properties.keyId, data: data4 };
              if (vErrors === null) {
                vErrors = [err8];
              } else {
                vErrors.push(err8);
              }
              errors++;
            }
          } else {
            const err9 = { instancePath: instancePath + "/api/keyId", schemaPath: "#/properties/api/properties/keyId/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema31.properties.api.properties.keyId.type, parentSchema: schema31.properties.api.properties.keyId, data: data4 };
            if (vErrors === null) {
              vErrors = [err9];
            } else {
              vErrors.push(err9);
            }
            errors++;
          }
        }
        if (data0.privateKeyFile !== void 0) {
          let data5 = data0.privateKeyFile;
          if (typeof data5 === "string") {
            if (func2(data5) < 1) {
              const err10 = { instancePath: instancePath + "/api/privateKeyFile", schemaPath: "#/properties/api/properties/privateKeyFile/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema31.properties.api.properties.privateKeyFile, data: data5 };
              if (vErrors === null) {
                vErrors = [err10];
              } else {
                vErrors.push(err10);
              }
              errors++;
            }
          } else {
            const err11 = { instancePath: instancePath + "/api/privateKeyFile", schemaPath: "#/properties/api/properties/privateKeyFile/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema31.properties.api.properties.privateKeyFile.type, parentSchema: schema31.properties.api.properties.privateKeyFile, data: data5 };
            if (vErrors === null) {
              vErrors = [err11];
            } else {
              vErrors.push(err11);
            }
            errors++;
          }
        }
        if (data0.privateKeyPassphraseFile !== void 0) {
          let data6 = data0.privateKeyPassphraseFile;
          if (typeof data6 === "string") {
            if (func2(data6) < 1) {
              const err12 = { instancePath: instancePath + "/api/privateKeyPassphraseFile", schemaPath: "#/properties/api/properties/privateKeyPassphraseFile/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema31.properties.api.properties.privateKeyPassphraseFile, data: data6 };
              if (vErrors === null) {
                vErrors = [err12];
              } else {
                vErrors.push(err12);
              }
              errors++;
            }
          } else {
            const err13 = { instancePath: instancePath + "/api/privateKeyPassphraseFile", schemaPath: "#/properties/api/properties/privateKeyPassphraseFile/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema31.properties.api.properties.privateKeyPassphraseFile.type, parentSchema: schema31.properties.api.properties.privateKeyPassphraseFile, data: data6 };
            if (vErrors === null) {
              vErrors = [err13];
            } else {
              vErrors.push(err13);
            }
            errors++;
          }
        }
        if (data0.sign !== void 0) {
          let data7 = data0.sign;
          if (typeof data7 !== "boolean") {
            const err14 = { instancePath: instancePath + "/api/sign", schemaPath: "#/properties/api/properties/sign/type", keyword: "type", params: { type: "boolean" }, message: "must be boolean", schema: schema31.properties.api.properties.sign.type, parentSchema: schema31.properties.api.properties.sign, data: data7 };
            if (vErrors === null) {
              vErrors = [err14];
            } else {
              vErrors.push(err14);
            }
            errors++;
          }
        }
        if (data0.timeout !== void 0) {
          let data8 = data0.timeout;
          if (typeof data8 === "string") {
            if (!pattern4.test(data8)) {
              const err15 = { instancePath: instancePath + "/api/timeout", schemaPath: "#/$defs/duration/pattern", keyword: "pattern", params: { pattern: "^[0-9]{1,12}(ms|s|m|h)$" }, message: 'must match pattern "^[0-9]{1,12}(ms|s|m|h)$"', schema: "^[0-9]{1,12}(ms|s|m|h)$", parentSchema: schema32, data: data8 };
              if (vErrors === null) {
                vErrors = [err15];
              } else {
                vErrors.push(err15);
              }
              errors++;
            }
          } else {
            const err16 = { instancePath: instancePath + "/api/timeout", schemaPath: "#/$defs/duration/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema32.type, parentSchema: schema32, data: data8 };
            if (vErrors === null) {
              vErrors = [err16];
            } else {
              vErrors.push(err16);
            }
            errors++;
          }
        }
        if (data0.concurrency !== void 0) {
          let data9 = data0.concurrency;
          if (!(typeof data9 == "number" && (!(data9 % 1) && !isNaN(data9)) && isFinite(data9))) {
            const err17 = { instancePath: instancePath + "/api/concurrency", schemaPath: "#/properties/api/properties/concurrency/type", keyword: "type", params: { type: "integer" }, message: "must be integer", schema: schema31.properties.api.properties.concurrency.type, parentSchema: schema31.properties.api.properties.concurrency, data: data9 };
            if (vErrors === null) {
              vErrors = [err17];
            } else {
              vErrors.push(err17);
            }
            errors++;
          }
          if (typeof data9 == "number" && isFinite(data9)) {
            if (data9 > 100 || isNaN(data9)) {
              const err18 = { instancePath: instancePath + "/api/concurrency", schemaPath: "#/properties/api/properties/concurrency/maximum", keyword: "maximum", params: { comparison: "<=", limit: 100 }, message: "must be <= 100", schema: 100, parentSchema: schema31.properties.api.properties.concurrency, data: data9 };
              if (vErrors === null) {
                vErrors = [err18];
              } else {
                vErrors.push(err18);
              }
              errors++;
            }
            if (data9 < 1 || isNaN(data9)) {
              const err19 = { instancePath: instancePath + "/api/concurrency", schemaPath: "#/properties/api/properties/concurrency/minimum", keyword: "minimum", params: { comparison: ">=", limit: 1 }, message: "must be >= 1", schema: 1, parentSchema: schema31.properties.api.properties.concurrency, data: data9 };
              if (vErrors === null) {
                vErrors = [err19];
              } else {
                vErrors.push(err19);
              }
              errors++;
            }
          }
        }
        if (data0.requestsPerSecond !== void 0) {
          let data10 = data0.requestsPerSecond;
          if (!(typeof data10 == "number" && (!(data10 % 1) && !isNaN(data10)) && isFinite(data10))) {
            const err20 = { instancePath: instancePath + "/api/requestsPerSecond", schemaPath: "#/properties/api/properties/requestsPerSecond/type", keyword: "type", params: { type: "integer" }, message: "must be integer", schema: schema31.properties.api.properties.requestsPerSecond.type, parentSchema: schema31.properties.api.properties.requestsPerSecond, data: data10 };
            if (vErrors === null) {
              vErrors = [err20];
            } else {
              vErrors.push(err20);
            }
            errors++;
          }
          if (typeof data10 == "number" && isFinite(data10)) {
            if (data10 > 1e3 || isNaN(data10)) {
              const err21 = { instancePath: instancePath + "/api/requestsPerSecond", schemaPath: "#/properties/api/properties/requestsPerSecond/maximum", keyword: "maximum", params: { comparison: "<=", limit: 1e3 }, message: "must be <= 1000", schema: 1e3, parentSchema: schema31.properties.api.properties.requestsPerSecond, data: data10 };
              if (vErrors === null) {
                vErrors = [err21];
              } else {
                vErrors.push(err21);
              }
              errors++;
            }
            if (data10 < 1 || isNaN(data10)) {
              const err22 = { instancePath: instancePath + "/api/requestsPerSecond", schemaPath: "#/properties/api/properties/requestsPerSecond/minimum", keyword: "minimum", params: { comparison: ">=", limit: 1 }, message: "must be >= 1", schema: 1, parentSchema: schema31.properties.api.properties.requestsPerSecond, data: data10 };
              if (vErrors === null) {
                vErrors = [err22];
              } else {
                vErrors.push(err22);
              }
              errors++;
            }
          }
        }
        if (data0.retries !== void 0) {
          let data11 = data0.retries;
          if (!(typeof data11 == "number" && (!(data11 % 1) && !isNaN(data11)) && isFinite(data11))) {
            const err23 = { instancePath: instancePath + "/api/retries", schemaPath: "#/properties/api/properties/retries/type", keyword: "type", params: { type: "integer" }, message: "must be integer", schema: schema31.properties.api.properties.retries.type, parentSchema: schema31.properties.api.properties.retries, data: data11 };
            if (vErrors === null) {
              vErrors = [err23];
            } else {
              vErrors.push(err23);
            }
            errors++;
          }
          if (typeof data11 == "number" && isFinite(data11)) {
            if (data11 > 20 || isNaN(data11)) {
              const err24 = { instancePath: instancePath + "/api/retries", schemaPath: "#/properties/api/properties/retries/maximum", keyword: "maximum", params: { comparison: "<=", limit: 20 }, message: "must be <= 20", schema: 20, parentSchema: schema31.properties.api.properties.retries, data: data11 };
              if (vErrors === null) {
                vErrors = [err24];
              } else {
                vErrors.push(err24);
              }
              errors++;
            }
            if (data11 < 0 || isNaN(data11)) {
              const err25 = { instancePath: instancePath + "/api/retries", schemaPath: "#/properties/api/properties/retries/minimum", keyword: "minimum", params: { comparison: ">=", limit: 0 }, message: "must be >= 0", schema: 0, parentSchema: schema31.properties.api.properties.retries, data: data11 };
              if (vErrors === null) {
                vErrors = [err25];
              } else {
                vErrors.push(err25);
              }
              errors++;
            }
          }
        }
      } else {
        const err26 = { instancePath: instancePath + "/api", schemaPath: "#/properties/api/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema31.properties.api.type, parentSchema: schema31.properties.api, data: data0 };
        if (vErrors === null) {
          vErrors = [err26];
        } else {
          vErrors.push(err26);
        }
        errors++;
      }
    }
    if (data.source !== void 0) {
      let data12 = data.source;
      if (data12 && typeof data12 == "object" && !Array.isArray(data12)) {
        for (const key2 in data12) {
          if (!(key2 === "path" || key2 === "substitute" || key2 === "debounce" || key2 === "url")) {
            const err27 = { instancePath: instancePath + "/source", schemaPath: "#/properties/source/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key2 }, message: "must NOT have additional properties", schema: false, parentSchema: schema31.properties.source, data: data12 };
            if (vErrors === null) {
              vErrors = [err27];
            } else {
              vErrors.push(err27);
            }
            errors++;
          }
        }
        if (data12.path !== void 0) {
          let data13 = data12.path;
          if (typeof data13 === "string") {
            if (func2(data13) < 1) {
              const err28 = { instancePath: instancePath + "/source/path", schemaPath: "#/properties/source/properties/path/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema31.properties.source.properties.path, data: data13 };
              if (vErrors === null) {
                vErrors = [err28];
              } else {
                vErrors.push(err28);
              }
              errors++;
            }
          } else {
            const err29 = { instancePath: instancePath + "/source/path", schemaPath: "#/properties/source/properties/path/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema31.properties.source.properties.path.type, parentSchema: schema31.properties.source.properties.path, data: data13 };
            if (vErrors === null) {
              vErrors = [err29];
            } else {
              vErrors.push(err29);
            }
            errors++;
          }
        }
        if (data12.substitute !== void 0) {
          let data14 = data12.substitute;
          if (data14 && typeof data14 == "object" && !Array.isArray(data14)) {
            for (const key3 in data14) {
              const _errs35 = errors;
              if (typeof key3 === "string") {
                if (!pattern5.test(key3)) {
                  const err30 = { instancePath: instancePath + "/source/substitute", schemaPath: "#/properties/source/properties/substitute/propertyNames/pattern", keyword: "pattern", params: { pattern: "^[A-Za-z_][A-Za-z0-9_]*$" }, message: 'must match pattern "^[A-Za-z_][A-Za-z0-9_]*$"', schema: "^[A-Za-z_][A-Za-z0-9_]*$", parentSchema: schema31.properties.source.properties.substitute.propertyNames, data: key3, propertyName: key3 };
                  if (vErrors === null) {
                    vErrors = [err30];
                  } else {
                    vErrors.push(err30);
                  }
                  errors++;
                }
              }
              var valid4 = _errs35 === errors;
              if (!valid4) {
                const err31 = { instancePath: instancePath + "/source/substitute", schemaPath: "#/properties/source/properties/substitute/propertyNames", keyword: "propertyNames", params: { propertyName: key3 }, message: "property name must be valid", schema: schema31.properties.source.properties.substitute.propertyNames, parentSchema: schema31.properties.source.properties.substitute, data: data14 };
                if (vErrors === null) {
                  vErrors = [err31];
                } else {
                  vErrors.push(err31);
                }
                errors++;
              }
            }
            for (const key4 in data14) {
              let data15 = data14[key4];
              if (typeof data15 !== "string") {
                const err32 = { instancePath: instancePath + "/source/substitute/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/source/properties/substitute/additionalProperties/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema31.properties.source.properties.substitute.additionalProperties.type, parentSchema: schema31.properties.source.properties.substitute.additionalProperties, data: data15 };
                if (vErrors === null) {
                  vErrors = [err32];
                } else {
                  vErrors.push(err32);
                }
                errors++;
              }
            }
          } else {
            const err33 = { instancePath: instancePath + "/source/substitute", schemaPath: "#/properties/source/properties/substitute/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema31.properties.source.properties.substitute.type, parentSchema: schema31.properties.source.properties.substitute, data: data14 };
            if (vErrors === null) {
              vErrors = [err33];
            } else {
              vErrors.push(err33);
            }
            errors++;
          }
        }
        if (data12.debounce !== void 0) {
          let data16 = data12.debounce;
          if (typeof data16 === "string") {
            if (!pattern4.test(data16)) {
              const err34 = { instancePath: instancePath + "/source/debounce", schemaPath: "#/$defs/duration/pattern", keyword: "pattern", params: { pattern: "^[0-9]{1,12}(ms|s|m|h)$" }, message: 'must match pattern "^[0-9]{1,12}(ms|s|m|h)$"', schema: "^[0-9]{1,12}(ms|s|m|h)$", parentSchema: schema32, data: data16 };
              if (vErrors === null) {
                vErrors = [err34];
              } else {
                vErrors.push(err34);
              }
              errors++;
            }
          } else {
            const err35 = { instancePath: instancePath + "/source/debounce", schemaPath: "#/$defs/duration/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema32.type, parentSchema: schema32, data: data16 };
            if (vErrors === null) {
              vErrors = [err35];
            } else {
              vErrors.push(err35);
            }
            errors++;
          }
        }
        if (data12.url !== void 0) {
          let data17 = data12.url;
          if (typeof data17 === "string") {
            if (func2(data17) < 1) {
              const err36 = { instancePath: instancePath + "/source/url", schemaPath: "#/properties/source/properties/url/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema31.properties.source.properties.url, data: data17 };
              if (vErrors === null) {
                vErrors = [err36];
              } else {
                vErrors.push(err36);
              }
              errors++;
            }
          } else {
            const err37 = { instancePath: instancePath + "/source/url", schemaPath: "#/properties/source/properties/url/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema31.properties.source.properties.url.type, parentSchema: schema31.properties.source.properties.url, data: data17 };
            if (vErrors === null) {
              vErrors = [err37];
            } else {
              vErrors.push(err37);
            }
            errors++;
          }
        }
      } else {
        const err38 = { instancePath: instancePath + "/source", schemaPath: "#/properties/source/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema31.properties.source.type, parentSchema: schema31.properties.source, data: data12 };
        if (vErrors === null) {
          vErrors = [err38];
        } else {
          vErrors.push(err38);
        }
        errors++;
      }
    }
    if (data.policy !== void 0) {
      let data18 = data.policy;
      if (data18 && typeof data18 == "object" && !Array.isArray(data18)) {
        for (const key5 in data18) {
          if (!func1.call(schema31.properties.policy.properties, key5)) {
            const err39 = { instancePath: instancePath + "/policy", schemaPath: "#/properties/policy/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key5 }, message: "must NOT have additional properties", schema: false, parentSchema: schema31.properties.policy, data: data18 };
            if (vErrors === null) {
              vErrors = [err39];
            } else {
              vErrors.push(err39);
            }
            errors++;
          }
        }
        if (data18.mode !== void 0) {
          let data19 = data18.mode;
          if (!(data19 === "sync" || data19 === "upsert" || data19 === "create" || data19 === "observe")) {
            const err40 = { instancePath: instancePath + "/policy/mode", schemaPath: "#/properties/policy/properties/mode/enum", keyword: "enum", params: { allowedValues: schema31.properties.policy.properties.mode.enum }, message: "must be equal to one of the allowed values", schema: schema31.properties.policy.properties.mode.enum, parentSchema: schema31.properties.policy.properties.mode, data: data19 };
            if (vErrors === null) {
              vErrors = [err40];
            } else {
              vErrors.push(err40);
            }
            errors++;
          }
        }
        if (data18.owns !== void 0) {
          if (!validate21(data18.owns, { instancePath: instancePath + "/policy/owns", parentData: data18, parentDataProperty: "owns", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate21.errors : append(vErrors, validate21.errors);
            errors = vErrors.length;
          }
        }
        if (data18.hosts !== void 0) {
          let data21 = data18.hosts;
          if (Array.isArray(data21)) {
            if (data21.length < 1) {
              const err41 = { instancePath: instancePath + "/policy/hosts", schemaPath: "#/properties/policy/properties/hosts/minItems", keyword: "minItems", params: { limit: 1 }, message: "must NOT have fewer than 1 items", schema: 1, parentSchema: schema31.properties.policy.properties.hosts, data: data21 };
              if (vErrors === null) {
                vErrors = [err41];
              } else {
                vErrors.push(err41);
              }
              errors++;
            }
            const len0 = data21.length;
            for (let i0 = 0; i0 < len0; i0++) {
              let data22 = data21[i0];
              if (typeof data22 === "string") {
                if (func2(data22) < 1) {
                  const err42 = { instancePath: instancePath + "/policy/hosts/" + i0, schemaPath: "#/properties/policy/properties/hosts/items/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema31.properties.policy.properties.hosts.items, data: data22 };
                  if (vErrors === null) {
                    vErrors = [err42];
                  } else {
                    vErrors.push(err42);
                  }
                  errors++;
                }
              } else {
                const err43 = { instancePath: instancePath + "/policy/hosts/" + i0, schemaPath: "#/properties/policy/properties/hosts/items/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema31.properties.policy.properties.hosts.items.type, parentSchema: schema31.properties.policy.properties.hosts.items, data: data22 };
                if (vErrors === null) {
                  vErrors = [err43];
                } else {
                  vErrors.push(err43);
                }
                errors++;
              }
            }
          } else {
            const err44 = { instancePath: instancePath + "/policy/hosts", schemaPath: "#/properties/policy/properties/hosts/type", keyword: "type", params: { type: "array" }, message: "must be array", schema: schema31.properties.policy.properties.hosts.type, parentSchema: schema31.properties.policy.properties.hosts, data: data21 };
            if (vErrors === null) {
              vErrors = [err44];
            } else {
              vErrors.push(err44);
            }
            errors++;
          }
        }
        if (data18.adopt !== void 0) {
          let data23 = data18.adopt;
          if (!(data23 === "exact" || data23 === "title" || data23 === "never")) {
            const err45 = { instancePath: instancePath + "/policy/adopt", schemaPath: "#/properties/policy/properties/adopt/enum", keyword: "enum", params: { allowedValues: schema31.properties.policy.properties.adopt.enum }, message: "must be equal to one of the allowed values", schema: schema31.properties.policy.properties.adopt.enum, parentSchema: schema31.properties.policy.properties.adopt, data: data23 };
            if (vErrors === null) {
              vErrors = [err45];
            } else {
              vErrors.push(err45);
            }
            errors++;
          }
        }
        if (data18.tombstones !== void 0) {
          let data24 = data18.tombstones;
          if (!(data24 === "any" || data24 === "owned")) {
            const err46 = { instancePath: instancePath + "/policy/tombstones", schemaPath: "#/properties/policy/properties/tombstones/enum", keyword: "enum", params: { allowedValues: schema31.properties.policy.properties.tombstones.enum }, message: "must be equal to one of the allowed values", schema: schema31.properties.policy.properties.tombstones.enum, parentSchema: schema31.properties.policy.properties.tombstones, data: data24 };
            if (vErrors === null) {
              vErrors = [err46];
            } else {
              vErrors.push(err46);
            }
            errors++;
          }
        }
        if (data18.pins !== void 0) {
          let data25 = data18.pins;
          if (!(data25 === "any" || data25 === "owned")) {
            const err47 = { instancePath: instancePath + "/policy/pins", schemaPath: "#/properties/policy/properties/pins/enum", keyword: "enum", params: { allowedValues: schema31.properties.policy.properties.pins.enum }, message: "must be equal to one of the allowed values", schema: schema31.properties.policy.properties.pins.enum, parentSchema: schema31.properties.policy.properties.pins, data: data25 };
            if (vErrors === null) {
              vErrors = [err47];
            } else {
              vErrors.push(err47);
            }
            errors++;
          }
        }
        if (data18.maxDeletes !== void 0) {
          let data26 = data18.maxDeletes;
          if (!(typeof data26 == "number" && (!(data26 % 1) && !isNaN(data26)) && isFinite(data26)) && typeof data26 !== "string") {
            const err48 = { instancePath: instancePath + "/policy/maxDeletes", schemaPath: "#/properties/policy/properties/maxDeletes/type", keyword: "type", params: { type: schema31.properties.policy.properties.maxDeletes.type }, message: "must be integer,string", schema: schema31.properties.policy.properties.maxDeletes.type, parentSchema: schema31.properties.policy.properties.maxDeletes, data: data26 };
            if (vErrors === null) {
              vErrors = [err48];
            } else {
              vErrors.push(err48);
            }
            errors++;
          }
          if (typeof data26 == "number" && isFinite(data26)) {
            if (data26 > 999999999 || isNaN(data26)) {
              const err49 = { instancePath: instancePath + "/policy/maxDeletes", schemaPath: "#/properties/policy/properties/maxDeletes/maximum", keyword: "maximum", params: { comparison: "<=", limit: 999999999 }, message: "must be <= 999999999", schema: 999999999, parentSchema: schema31.properties.policy.properties.maxDeletes, data: data26 };
              if (vErrors === null) {
                vErrors = [err49];
              } else {
                vErrors.push(err49);
              }
              errors++;
            }
            if (data26 < 0 || isNaN(data26)) {
              const err50 = { instancePath: instancePath + "/policy/maxDeletes", schemaPath: "#/properties/policy/properties/maxDeletes/minimum", keyword: "minimum", params: { comparison: ">=", limit: 0 }, message: "must be >= 0", schema: 0, parentSchema: schema31.properties.policy.properties.maxDeletes, data: data26 };
              if (vErrors === null) {
                vErrors = [err50];
              } else {
                vErrors.push(err50);
              }
              errors++;
            }
          }
          if (typeof data26 === "string") {
            if (!pattern7.test(data26)) {
              const err51 = { instancePath: instancePath + "/policy/maxDeletes", schemaPath: "#/properties/policy/properties/maxDeletes/pattern", keyword: "pattern", params: { pattern: "^([1-9]|[1-9][0-9]|100)%$" }, message: 'must match pattern "^([1-9]|[1-9][0-9]|100)%$"', schema: "^([1-9]|[1-9][0-9]|100)%$", parentSchema: schema31.properties.policy.properties.maxDeletes, data: data26 };
              if (vErrors === null) {
                vErrors = [err51];
              } else {
                vErrors.push(err51);
              }
              errors++;
            }
          }
        }
        if (data18.allowEmpty !== void 0) {
          let data27 = data18.allowEmpty;
          if (typeof data27 !== "boolean") {
            const err52 = { instancePath: instancePath + "/policy/allowEmpty", schemaPath: "#/properties/policy/properties/allowEmpty/type", keyword: "type", params: { type: "boolean" }, message: "must be boolean", schema: schema31.properties.policy.properties.allowEmpty.type, parentSchema: schema31.properties.policy.properties.allowEmpty, data: data27 };
            if (vErrors === null) {
              vErrors = [err52];
            } else {
              vErrors.push(err52);
            }
            errors++;
          }
        }
        if (data18.quarantine !== void 0) {
          let data28 = data18.quarantine;
          if (typeof data28 === "string") {
            if (!pattern4.test(data28)) {
              const err53 = { instancePath: instancePath + "/policy/quarantine", schemaPath: "#/$defs/duration/pattern", keyword: "pattern", params: { pattern: "^[0-9]{1,12}(ms|s|m|h)$" }, message: 'must match pattern "^[0-9]{1,12}(ms|s|m|h)$"', schema: "^[0-9]{1,12}(ms|s|m|h)$", parentSchema: schema32, data: data28 };
              if (vErrors === null) {
                vErrors = [err53];
              } else {
                vErrors.push(err53);
              }
              errors++;
            }
          } else {
            const err54 = { instancePath: instancePath + "/policy/quarantine", schemaPath: "#/$defs/duration/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema32.type, parentSchema: schema32, data: data28 };
            if (vErrors === null) {
              vErrors = [err54];
            } else {
              vErrors.push(err54);
            }
            errors++;
          }
        }
      } else {
        const err55 = { instancePath: instancePath + "/policy", schemaPath: "#/properties/policy/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema31.properties.policy.type, parentSchema: schema31.properties.policy, data: data18 };
        if (vErrors === null) {
          vErrors = [err55];
        } else {
          vErrors.push(err55);
        }
        errors++;
      }
    }
    if (data.schedule !== void 0) {
      let data29 = data.schedule;
      if (data29 && typeof data29 == "object" && !Array.isArray(data29)) {
        for (const key6 in data29) {
          if (!(key6 === "resync" || key6 === "timezone" || key6 === "freeze")) {
            const err56 = { instancePath: instancePath + "/schedule", schemaPath: "#/properties/schedule/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key6 }, message: "must NOT have additional properties", schema: false, parentSchema: schema31.properties.schedule, data: data29 };
            if (vErrors === null) {
              vErrors = [err56];
            } else {
              vErrors.push(err56);
            }
            errors++;
          }
        }
        if (data29.resync !== void 0) {
          let data30 = data29.resync;
          if (typeof data30 === "string") {
            if (func2(data30) < 1) {
              const err57 = { instancePath: instancePath + "/schedule/resync", schemaPath: "#/properties/schedule/properties/resync/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema31.properties.schedule.properties.resync, data: data30 };
              if (vErrors === null) {
                vErrors = [err57];
              } else {
                vErrors.push(err57);
              }
              errors++;
            }
          } else {
            const err58 = { instancePath: instancePath + "/schedule/resync", schemaPath: "#/properties/schedule/properties/resync/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema31.properties.schedule.properties.resync.type, parentSchema: schema31.properties.schedule.properties.resync, data: data30 };
            if (vErrors === null) {
              vErrors = [err58];
            } else {
              vErrors.push(err58);
            }
            errors++;
          }
        }
        if (data29.timezone !== void 0) {
          let data31 = data29.timezone;
          if (typeof data31 === "string") {
            if (func2(data31) < 1) {
              const err59 = { instancePath: instancePath + "/schedule/timezone", schemaPath: "#/properties/schedule/properties/timezone/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema31.properties.schedule.properties.timezone, data: data31 };
              if (vErrors === null) {
                vErrors = [err59];
              } else {
                vErrors.push(err59);
              }
              errors++;
            }
          } else {
            const err60 = { instancePath: instancePath + "/schedule/timezone", schemaPath: "#/properties/schedule/properties/timezone/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema31.properties.schedule.properties.timezone.type, parentSchema: schema31.properties.schedule.properties.timezone, data: data31 };
            if (vErrors === null) {
              vErrors = [err60];
            } else {
              vErrors.push(err60);
            }
            errors++;
          }
        }
        if (data29.freeze !== void 0) {
          let data32 = data29.freeze;
          if (Array.isArray(data32)) {
            const len1 = data32.length;
            for (let i1 = 0; i1 < len1; i1++) {
              if (!validate23(data32[i1], { instancePath: instancePath + "/schedule/freeze/" + i1, parentData: data32, parentDataProperty: i1, rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate23.errors : append(vErrors, validate23.errors);
                errors = vErrors.length;
              }
            }
          } else {
            const err61 = { instancePath: instancePath + "/schedule/freeze", schemaPath: "#/properties/schedule/properties/freeze/type", keyword: "type", params: { type: "array" }, message: "must be array", schema: schema31.properties.schedule.properties.freeze.type, parentSchema: schema31.properties.schedule.properties.freeze, data: data32 };
            if (vErrors === null) {
              vErrors = [err61];
            } else {
              vErrors.push(err61);
            }
            errors++;
          }
        }
      } else {
        const err62 = { instancePath: instancePath + "/schedule", schemaPath: "#/properties/schedule/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema31.properties.schedule.type, parentSchema: schema31.properties.schedule, data: data29 };
        if (vErrors === null) {
          vErrors = [err62];
        } else {
          vErrors.push(err62);
        }
        errors++;
      }
    }
    if (data.server !== void 0) {
      let data34 = data.server;
      if (data34 && typeof data34 == "object" && !Array.isArray(data34)) {
        for (const key7 in data34) {
          if (!(key7 === "host" || key7 === "port" || key7 === "tokenFile" || key7 === "triggerTokenFile" || key7 === "subscriptionMetrics")) {
            const err63 = { instancePath: instancePath + "/server", schemaPath: "#/properties/server/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key7 }, message: "must NOT have additional properties", schema: false, parentSchema: schema31.properties.server, data: data34 };
            if (vErrors === null) {
              vErrors = [err63];
            } else {
              vErrors.push(err63);
            }
            errors++;
          }
        }
        if (data34.host !== void 0) {
          let data35 = data34.host;
          if (typeof data35 === "string") {
            if (func2(data35) < 1) {
              const err64 = { instancePath: instancePath + "/server/host", schemaPath: "#/properties/server/properties/host/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema31.properties.server.properties.host, data: data35 };
              if (vErrors === null) {
                vErrors = [err64];
              } else {
                vErrors.push(err64);
              }
              errors++;
            }
          } else {
            const err65 = { instancePath: instancePath + "/server/host", schemaPath: "#/properties/server/properties/host/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema31.properties.server.properties.host.type, parentSchema: schema31.properties.server.properties.host, data: data35 };
            if (vErrors === null) {
              vErrors = [err65];
            } else {
              vErrors.push(err65);
            }
            errors++;
          }
        }
        if (data34.port !== void 0) {
          let data36 = data34.port;
          if (!(typeof data36 == "number" && (!(data36 % 1) && !isNaN(data36)) && isFinite(data36))) {
            const err66 = { instancePath: instancePath + "/server/port", schemaPath: "#/properties/server/properties/port/type", keyword: "type", params: { type: "integer" }, message: "must be integer", schema: schema31.properties.server.properties.port.type, parentSchema: schema31.properties.server.properties.port, data: data36 };
            if (vErrors === null) {
              vErrors = [err66];
            } else {
              vErrors.push(err66);
            }
            errors++;
          }
          if (typeof data36 == "number" && isFinite(data36)) {
            if (data36 > 65535 || isNaN(data36)) {
              const err67 = { instancePath: instancePath + "/server/port", schemaPath: "#/properties/server/properties/port/maximum", keyword: "maximum", params: { comparison: "<=", limit: 65535 }, message: "must be <= 65535", schema: 65535, parentSchema: schema31.properties.server.properties.port, data: data36 };
              if (vErrors === null) {
                vErrors = [err67];
              } else {
                vErrors.push(err67);
              }
              errors++;
            }
            if (data36 < 0 || isNaN(data36)) {
              const err68 = { instancePath: instancePath + "/server/port", schemaPath: "#/properties/server/properties/port/minimum", keyword: "minimum", params: { comparison: ">=", limit: 0 }, message: "must be >= 0", schema: 0, parentSchema: schema31.properties.server.properties.port, data: data36 };
              if (vErrors === null) {
                vErrors = [err68];
              } else {
                vErrors.push(err68);
              }
              errors++;
            }
          }
        }
        if (data34.tokenFile !== void 0) {
          let data37 = data34.tokenFile;
          if (typeof data37 === "string") {
            if (func2(data37) < 1) {
              const err69 = { instancePath: instancePath + "/server/tokenFile", schemaPath: "#/properties/server/properties/tokenFile/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema31.properties.server.properties.tokenFile, data: data37 };
              if (vErrors === null) {
                vErrors = [err69];
              } else {
                vErrors.push(err69);
              }
              errors++;
            }
          } else {
            const err70 = { instancePath: instancePath + "/server/tokenFile", schemaPath: "#/properties/server/properties/tokenFile/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema31.properties.server.properties.tokenFile.type, parentSchema: schema31.properties.server.properties.tokenFile, data: data37 };
            if (vErrors === null) {
              vErrors = [err70];
            } else {
              vErrors.push(err70);
            }
            errors++;
          }
        }
        if (data34.triggerTokenFile !== void 0) {
          let data38 = data34.triggerTokenFile;
          if (typeof data38 === "string") {
            if (func2(data38) < 1) {
              const err71 = { instancePath: instancePath + "/server/triggerTokenFile", schemaPath: "#/properties/server/properties/triggerTokenFile/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema31.properties.server.properties.triggerTokenFile, data: data38 };
              if (vErrors === null) {
                vErrors = [err71];
              } else {
                vErrors.push(err71);
              }
              errors++;
            }
          } else {
            const err72 = { instancePath: instancePath + "/server/triggerTokenFile", schemaPath: "#/properties/server/properties/triggerTokenFile/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema31.properties.server.properties.triggerTokenFile.type, parentSchema: schema31.properties.server.properties.triggerTokenFile, data: data38 };
            if (vErrors === null) {
              vErrors = [err72];
            } else {
              vErrors.push(err72);
            }
            errors++;
          }
        }
        if (data34.subscriptionMetrics !== void 0) {
          let data39 = data34.subscriptionMetrics;
          if (typeof data39 !== "boolean") {
            const err73 = { instancePath: instancePath + "/server/subscriptionMetrics", schemaPath: "#/properties/server/properties/subscriptionMetrics/type", keyword: "type", params: { type: "boolean" }, message: "must be boolean", schema: schema31.properties.server.properties.subscriptionMetrics.type, parentSchema: schema31.properties.server.properties.subscriptionMetrics, data: data39 };
            if (vErrors === null) {
              vErrors = [err73];
            } else {
              vErrors.push(err73);
            }
            errors++;
          }
        }
      } else {
        const err74 = { instancePath: instancePath + "/server", schemaPath: "#/properties/server/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema31.properties.server.type, parentSchema: schema31.properties.server, data: data34 };
        if (vErrors === null) {
          vErrors = [err74];
        } else {
          vErrors.push(err74);
        }
        errors++;
      }
    }
    if (data.lease !== void 0) {
      let data40 = data.lease;
      if (typeof data40 === "string") {
        if (func2(data40) < 1) {
          const err75 = { instancePath: instancePath + "/lease", schemaPath: "#/properties/lease/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema31.properties.lease, data: data40 };
          if (vErrors === null) {
            vErrors = [err75];
          } else {
            vErrors.push(err75);
          }
          errors++;
        }
      } else {
        const err76 = { instancePath: instancePath + "/lease", schemaPath: "#/properties/lease/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema31.properties.lease.type, parentSchema: schema31.properties.lease, data: data40 };
        if (vErrors === null) {
          vErrors = [err76];
        } else {
          vErrors.push(err76);
        }
        errors++;
      }
    }
    if (data.kubernetes !== void 0) {
      let data41 = data.kubernetes;
      if (data41 && typeof data41 == "object" && !Array.isArray(data41)) {
        for (const key8 in data41) {
          if (!(key8 === "leaseDuration" || key8 === "renewDeadline" || key8 === "retryPeriod" || key8 === "events")) {
            const err77 = { instancePath: instancePath + "/kubernetes", schemaPath: "#/properties/kubernetes/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key8 }, message: "must NOT have additional properties", schema: false, parentSchema: schema31.properties.kubernetes, data: data41 };
            if (vErrors === null) {
              vErrors = [err77];
            } else {
              vErrors.push(err77);
            }
            errors++;
          }
        }
        if (data41.leaseDuration !== void 0) {
          let data42 = data41.leaseDuration;
          if (typeof data42 === "string") {
            if (!pattern4.test(data42)) {
              const err78 = { instancePath: instancePath + "/kubernetes/leaseDuration", schemaPath: "#/$defs/duration/pattern", keyword: "pattern", params: { pattern: "^[0-9]{1,12}(ms|s|m|h)$" }, message: 'must match pattern "^[0-9]{1,12}(ms|s|m|h)$"', schema: "^[0-9]{1,12}(ms|s|m|h)$", parentSchema: schema32, data: data42 };
              if (vErrors === null) {
                vErrors = [err78];
              } else {
                vErrors.push(err78);
              }
              errors++;
            }
          } else {
            const err79 = { instancePath: instancePath + "/kubernetes/leaseDuration", schemaPath: "#/$defs/duration/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema32.type, parentSchema: schema32, data: data42 };
            if (vErrors === null) {
              vErrors = [err79];
            } else {
              vErrors.push(err79);
            }
            errors++;
          }
        }
        if (data41.renewDeadline !== void 0) {
          let data43 = data41.renewDeadline;
          if (typeof data43 === "string") {
            if (!pattern4.test(data43)) {
              const err80 = { instancePath: instancePath + "/kubernetes/renewDeadline", schemaPath: "#/$defs/duration/pattern", keyword: "pattern", params: { pattern: "^[0-9]{1,12}(ms|s|m|h)$" }, message: 'must match pattern "^[0-9]{1,12}(ms|s|m|h)$"', schema: "^[0-9]{1,12}(ms|s|m|h)$", parentSchema: schema32, data: data43 };
              if (vErrors === null) {
                vErrors = [err80];
              } else {
                vErrors.push(err80);
              }
              errors++;
            }
          } else {
            const err81 = { instancePath: instancePath + "/kubernetes/renewDeadline", schemaPath: "#/$defs/duration/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema32.type, parentSchema: schema32, data: data43 };
            if (vErrors === null) {
              vErrors = [err81];
            } else {
              vErrors.push(err81);
            }
            errors++;
          }
        }
        if (data41.retryPeriod !== void 0) {
          let data44 = data41.retryPeriod;
          if (typeof data44 === "string") {
            if (!pattern4.test(data44)) {
              const err82 = { instancePath: instancePath + "/kubernetes/retryPeriod", schemaPath: "#/$defs/duration/pattern", keyword: "pattern", params: { pattern: "^[0-9]{1,12}(ms|s|m|h)$" }, message: 'must match pattern "^[0-9]{1,12}(ms|s|m|h)$"', schema: "^[0-9]{1,12}(ms|s|m|h)$", parentSchema: schema32, data: data44 };
              if (vErrors === null) {
                vErrors = [err82];
              } else {
                vErrors.push(err82);
              }
              errors++;
            }
          } else {
            const err83 = { instancePath: instancePath + "/kubernetes/retryPeriod", schemaPath: "#/$defs/duration/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema32.type, parentSchema: schema32, data: data44 };
            if (vErrors === null) {
              vErrors = [err83];
            } else {
              vErrors.push(err83);
            }
            errors++;
          }
        }
        if (data41.events !== void 0) {
          let data45 = data41.events;
          if (typeof data45 !== "boolean") {
            const err84 = { instancePath: instancePath + "/kubernetes/events", schemaPath: "#/properties/kubernetes/properties/events/type", keyword: "type", params: { type: "boolean" }, message: "must be boolean", schema: schema31.properties.kubernetes.properties.events.type, parentSchema: schema31.properties.kubernetes.properties.events, data: data45 };
            if (vErrors === null) {
              vErrors = [err84];
            } else {
              vErrors.push(err84);
            }
            errors++;
          }
        }
      } else {
        const err85 = { instancePath: instancePath + "/kubernetes", schemaPath: "#/properties/kubernetes/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema31.properties.kubernetes.type, parentSchema: schema31.properties.kubernetes, data: data41 };
        if (vErrors === null) {
          vErrors = [err85];
        } else {
          vErrors.push(err85);
        }
        errors++;
      }
    }
    if (data.log !== void 0) {
      let data46 = data.log;
      if (data46 && typeof data46 == "object" && !Array.isArray(data46)) {
        for (const key9 in data46) {
          if (!(key9 === "level" || key9 === "format")) {
            const err86 = { instancePath: instancePath + "/log", schemaPath: "#/properties/log/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key9 }, message: "must NOT have additional properties", schema: false, parentSchema: schema31.properties.log, data: data46 };
            if (vErrors === null) {
              vErrors = [err86];
            } else {
              vErrors.push(err86);
            }
            errors++;
          }
        }
        if (data46.level !== void 0) {
          let data47 = data46.level;
          if (!(data47 === "trace" || data47 === "debug" || data47 === "info" || data47 === "warn" || data47 === "error" || data47 === "fatal" || data47 === "silent")) {
            const err87 = { instancePath: instancePath + "/log/level", schemaPath: "#/properties/log/properties/level/enum", keyword: "enum", params: { allowedValues: schema31.properties.log.properties.level.enum }, message: "must be equal to one of the allowed values", schema: schema31.properties.log.properties.level.enum, parentSchema: schema31.properties.log.properties.level, data: data47 };
            if (vErrors === null) {
              vErrors = [err87];
            } else {
              vErrors.push(err87);
            }
            errors++;
          }
        }
        if (data46.format !== void 0) {
          let data48 = data46.format;
          if (!(data48 === "json" || data48 === "pretty")) {
            const err88 = { instancePath: instancePath + "/log/format", schemaPath: "#/properties/log/properties/format/enum", keyword: "enum", params: { allowedValues: schema31.properties.log.properties.format.enum }, message: "must be equal to one of the allowed values", schema: schema31.properties.log.properties.format.enum, parentSchema: schema31.properties.log.properties.format, data: data48 };
            if (vErrors === null) {
              vErrors = [err88];
            } else {
              vErrors.push(err88);
            }
            errors++;
          }
        }
      } else {
        const err89 = { instancePath: instancePath + "/log", schemaPath: "#/properties/log/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema31.properties.log.type, parentSchema: schema31.properties.log, data: data46 };
        if (vErrors === null) {
          vErrors = [err89];
        } else {
          vErrors.push(err89);
        }
        errors++;
      }
    }
  } else {
    const err90 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema31.type, parentSchema: schema31, data };
    if (vErrors === null) {
      vErrors = [err90];
    } else {
      vErrors.push(err90);
    }
    errors++;
  }
  validate20.errors = vErrors;
  return errors === 0;
}
validate20.evaluated = { "props": true, "dynamicProps": false, "dynamicItems": false };
function append(errors, more) {
  for (const error of more) errors.push(error);
  return errors;
}
export {
  stdin_default as default,
  validate
};
