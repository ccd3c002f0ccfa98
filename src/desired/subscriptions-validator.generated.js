// Made of schemas/subscriptions.schema.json by `npm run generate`: change that, not this.
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
var schema31 = { "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Webhook subscriptions", "description": "A file of webhook subscriptions: one subscription, a list of them, or {defaults, subscriptions}. A file may have 1 MiB, all files together 10 MiB and 20 000 subscriptions.", "if": { "type": "array" }, "then": { "$ref": "#/$defs/subscriptionList" }, "else": { "if": { "type": "object", "anyOf": [{ "required": ["subscriptions"] }, { "required": ["defaults"] }] }, "then": { "$ref": "#/$defs/subscriptionFile" }, "else": { "$ref": "#/$defs/subscription" } }, "$defs": { "subscriptionList": { "title": "Subscription list", "type": "array", "items": { "$ref": "#/$defs/subscription" } }, "subscriptionFile": { "title": "Subscription file", "description": "Subscriptions with defaults that hold for each of them.", "type": "object", "additionalProperties": false, "required": ["subscriptions"], "properties": { "defaults": { "$ref": "#/$defs/defaults" }, "subscriptions": { "$ref": "#/$defs/subscriptionList" } } }, "defaults": { "title": "Defaults", "description": "Fields that each subscription of this document has unless it sets them itself. `config` and `reconcile` are merged member by member; a subscription with a `type` of its own takes neither `type` nor `exclude_type` from here.", "type": "object", "additionalProperties": false, "properties": { "enabled": { "$ref": "#/$defs/enabled" }, "type": { "$ref": "#/$defs/type" }, "exclude_type": { "$ref": "#/$defs/excludeType" }, "config": { "$ref": "#/$defs/config" }, "reconcile": { "title": "Default reconcile", "type": "object", "additionalProperties": false, "properties": { "suspend": { "$ref": "#/$defs/suspend" }, "ignore": { "$ref": "#/$defs/ignore" }, "test": { "$ref": "#/$defs/test" } } } } }, "subscription": { "title": "Subscription entry", "description": "A webhook subscription. Its title is its identity: unique over all files.", "type": "object", "additionalProperties": false, "required": ["title"], "if": { "type": "object", "properties": { "state": { "const": "absent" } }, "required": ["state"] }, "else": { "required": ["url"] }, "properties": { "title": { "$ref": "#/$defs/title" }, "url": { "$ref": "#/$defs/url" }, "state": { "description": "absent: a tombstone, the subscription of this title is deleted, owned or not.", "type": "string", "enum": ["present", "absent"] }, "enabled": { "$ref": "#/$defs/enabled" }, "type": { "$ref": "#/$defs/type" }, "exclude_type": { "$ref": "#/$defs/excludeType" }, "config": { "$ref": "#/$defs/config" }, "reconcile": { "$ref": "#/$defs/reconcile" } } }, "title": { "description": "The identity. Since 2026 the API takes letters, digits, space and ()[]{}.- only, at most 32 characters.", "type": "string", "minLength": 1, "maxLength": 100 }, "url": { "description": "Where deliveries go: https, a DNS name, no user info, no fragment; only characters of RFC 3986, others escaped (%C3%BC, xn--…).", "type": "string", "maxLength": 1e3, "pattern": "^https?://.|\\$\\{", "errorMessage": "is not a URL of at most 1000 characters: write https://<host>/<path>" }, "enabled": { "description": "Whether deliveries are sent. Default true.", "type": "boolean" }, "type": { "description": "Event categories, or ALL alone. Order has no meaning.", "type": "array", "minItems": 1, "maxItems": 100, "items": { "$ref": "#/$defs/category" } }, "excludeType": { "description": "Event categories left out; only together with type [ALL].", "type": "array", "minItems": 1, "maxItems": 100, "items": { "$ref": "#/$defs/category" } }, "category": { "description": "An event category, not a single event: ORDER, not ORDER.FILLED. The list grows with the API.", "type": "string", "maxLength": 64, "examples": ["ALL", "BUSINESS", "ROLE", "USER", "USER_CHECK", "ORDER", "ORDER_CANCELLATION", "EXECUTION", "POSITION", "CASH_BALANCE", "ACCOUNT", "ACCOUNT_GROUP", "INSTRUMENT", "REPORT", "TREASURY_REPORT", "DIRECT_DEBIT", "WITHDRAWAL", "PORTFOLIO", "PORTFOLIO_ALLOCATION", "PORTFOLIO_ORDER", "CORPORATE_ACTION", "ACCOUNT_VALUATION", "INTRADAY_ACCOUNT_VALUATION", "CASH_TRANSACTION", "SECURITY_TRANSACTION", "ACCOUNT_LIQUIDATION", "ACCOUNT_RETURNS", "VIRTUAL_CASH_INCREASE", "VIRTUAL_CASH_DECREASE", "FEE_COLLECTION", "SAVINGS_PLAN", "SAVINGS_PLAN_EXECUTION", "REBALANCING_EXECUTION_ORDER", "TAX_EXEMPTION", "TAX_COLLECTION", "ISA_WRAPPER", "ISA_WRAPPER_ALLOWANCE", "CREDIT_FUNDING", "VIRTUAL_BANK_ACCOUNT", "SECURITIES_TRANSFER", "ACCOUNT_TRANSFER", "TOPUP", "ISA_TRANSFER"] }, "config": { "title": "Delivery config", "type": "object", "additionalProperties": false, "properties": { "delay": { "description": "How long events are gathered before a delivery, 1s to 30s.", "type": "string", "pattern": "^[1-9][0-9]?[sm]$|\\$\\{", "examples": ["5s"], "errorMessage": "is not a duration: write a number and s, 1s to 30s" }, "max_package_size": { "description": "Bytes, 100 to 1048576. A larger single event is sent all the same.", "type": "integer", "minimum": 100, "maximum": 1048576, "errorMessage": "is not a size: write a whole number of bytes, 100 to 1048576" } } }, "reconcile": { "title": "Reconcile", "description": "How the reconciler treats this subscription; never sent to the API.", "type": "object", "additionalProperties": false, "properties": { "suspend": { "$ref": "#/$defs/suspend" }, "ignore": { "$ref": "#/$defs/ignore" }, "test": { "$ref": "#/$defs/test" }, "id": { "description": "Pins this entry to an existing subscription.", "$ref": "#/$defs/id" }, "beside": { "description": "Consent: these existing subscriptions of the same url are meant to be there beside this one, e.g. for another consumer behind it. This entry takes none of them.", "type": "array", "maxItems": 100, "items": { "$ref": "#/$defs/id" } } } }, "id": { "type": "string", "pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$|\\$\\{", "errorMessage": "is not the id of a subscription: write a UUID, as the API shows it" }, "suspend": { "description": "Changes to this subscription are suspended: true for ever, or until an instant such as 2026-12-24T08:00:00Z.", "type": ["boolean", "string"], "errorMessage": "is not an instant: write true, or a date with time and zone such as 2026-12-24T08:00:00Z" }, "ignore": { "description": "Fields whose drift is left alone.", "type": "array", "items": { "type": "string", "enum": ["title", "url", "enabled", "type", "exclude_type", "config.delay", "config.max_package_size"] } }, "test": { "description": "on-change: send a test event after a create or a change of url.", "type": "string", "enum": ["on-change", "never"] } } };
var schema32 = { "title": "Subscription list", "type": "array", "items": { "$ref": "#/$defs/subscription" } };
var schema33 = { "title": "Subscription entry", "description": "A webhook subscription. Its title is its identity: unique over all files.", "type": "object", "additionalProperties": false, "required": ["title"], "if": { "type": "object", "properties": { "state": { "const": "absent" } }, "required": ["state"] }, "else": { "required": ["url"] }, "properties": { "title": { "$ref": "#/$defs/title" }, "url": { "$ref": "#/$defs/url" }, "state": { "description": "absent: a tombstone, the subscription of this title is deleted, owned or not.", "type": "string", "enum": ["present", "absent"] }, "enabled": { "$ref": "#/$defs/enabled" }, "type": { "$ref": "#/$defs/type" }, "exclude_type": { "$ref": "#/$defs/excludeType" }, "config": { "$ref": "#/$defs/config" }, "reconcile": { "$ref": "#/$defs/reconcile" } } };
var schema34 = { "description": "The identity. Since 2026 the API takes letters, digits, space and ()[]{}.- only, at most 32 characters.", "type": "string", "minLength": 1, "maxLength": 100 };
var schema35 = { "description": "Where deliveries go: https, a DNS name, no user info, no fragment; only characters of RFC 3986, others escaped (%C3%BC, xn--…).", "type": "string", "maxLength": 1e3, "pattern": "^https?://.|\\$\\{", "errorMessage": "is not a URL of at most 1000 characters: write https://<host>/<path>" };
var schema36 = { "description": "Whether deliveries are sent. Default true.", "type": "boolean" };
var schema41 = { "title": "Delivery config", "type": "object", "additionalProperties": false, "properties": { "delay": { "description": "How long events are gathered before a delivery, 1s to 30s.", "type": "string", "pattern": "^[1-9][0-9]?[sm]$|\\$\\{", "examples": ["5s"], "errorMessage": "is not a duration: write a number and s, 1s to 30s" }, "max_package_size": { "description": "Bytes, 100 to 1048576. A larger single event is sent all the same.", "type": "integer", "minimum": 100, "maximum": 1048576, "errorMessage": "is not a size: write a whole number of bytes, 100 to 1048576" } } };
var func1 = require_ucs2length().default;
var pattern4 = new RegExp("^https?://.|\\$\\{", "u");
var pattern5 = new RegExp("^[1-9][0-9]?[sm]$|\\$\\{", "u");
var schema37 = { "description": "Event categories, or ALL alone. Order has no meaning.", "type": "array", "minItems": 1, "maxItems": 100, "items": { "$ref": "#/$defs/category" } };
var schema38 = { "description": "An event category, not a single event: ORDER, not ORDER.FILLED. The list grows with the API.", "type": "string", "maxLength": 64, "examples": ["ALL", "BUSINESS", "ROLE", "USER", "USER_CHECK", "ORDER", "ORDER_CANCELLATION", "EXECUTION", "POSITION", "CASH_BALANCE", "ACCOUNT", "ACCOUNT_GROUP", "INSTRUMENT", "REPORT", "TREASURY_REPORT", "DIRECT_DEBIT", "WITHDRAWAL", "PORTFOLIO", "PORTFOLIO_ALLOCATION", "PORTFOLIO_ORDER", "CORPORATE_ACTION", "ACCOUNT_VALUATION", "INTRADAY_ACCOUNT_VALUATION", "CASH_TRANSACTION", "SECURITY_TRANSACTION", "ACCOUNT_LIQUIDATION", "ACCOUNT_RETURNS", "VIRTUAL_CASH_INCREASE", "VIRTUAL_CASH_DECREASE", "FEE_COLLECTION", "SAVINGS_PLAN", "SAVINGS_PLAN_EXECUTION", "REBALANCING_EXECUTION_ORDER", "TAX_EXEMPTION", "TAX_COLLECTION", "ISA_WRAPPER", "ISA_WRAPPER_ALLOWANCE", "CREDIT_FUNDING", "VIRTUAL_BANK_ACCOUNT", "SECURITIES_TRANSFER", "ACCOUNT_TRANSFER", "TOPUP", "ISA_TRANSFER"] };
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
  if (Array.isArray(data)) {
    if (data.length > 100) {
      const err0 = { instancePath, schemaPath: "#/maxItems", keyword: "maxItems", params: { limit: 100 }, message: "must NOT have more than 100 items", schema: 100, parentSchema: schema37, data };
      if (vErrors === null) {
        vErrors = [err0];
      } else {
        vErrors.push(err0);
      }
      errors++;
    }
    if (data.length < 1) {
      const err1 = { instancePath, schemaPath: "#/minItems", keyword: "minItems", params: { limit: 1 }, message: "must NOT have fewer than 1 items", schema: 1, parentSchema: schema37, data };
      if (vErrors === null) {
        vErrors = [err1];
      } else {
        vErrors.push(err1);
      }
      errors++;
    }
    const len0 = data.length;
    for (let i0 = 0; i0 < len0; i0++) {
      let data0 = data[i0];
      if (typeof data0 === "string") {
        if (func1(data0) > 64) {
          const err2 = { instancePath: instancePath + "/" + i0, schemaPath: "#/$defs/category/maxLength", keyword: "maxLength", params: { limit: 64 }, message: "must NOT have more than 64 characters", schema: 64, parentSchema: schema38, data: data0 };
          if (vErrors === null) {
            vErrors = [err2];
          } else {
            vErrors.push(err2);
          }
          errors++;
        }
      } else {
        const err3 = { instancePath: instancePath + "/" + i0, schemaPath: "#/$defs/category/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema38.type, parentSchema: schema38, data: data0 };
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
    }
  } else {
    const err4 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "array" }, message: "must be array", schema: schema37.type, parentSchema: schema37, data };
    if (vErrors === null) {
      vErrors = [err4];
    } else {
      vErrors.push(err4);
    }
    errors++;
  }
  validate23.errors = vErrors;
  return errors === 0;
}
validate23.evaluated = { "items": true, "dynamicProps": false, "dynamicItems": false };
var schema39 = { "description": "Event categories left out; only together with type [ALL].", "type": "array", "minItems": 1, "maxItems": 100, "items": { "$ref": "#/$defs/category" } };
function validate25(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null;
  let errors = 0;
  const evaluated0 = validate25.evaluated;
  if (evaluated0.dynamicProps) {
    evaluated0.props = void 0;
  }
  if (evaluated0.dynamicItems) {
    evaluated0.items = void 0;
  }
  if (Array.isArray(data)) {
    if (data.length > 100) {
      const err0 = { instancePath, schemaPath: "#/maxItems", keyword: "maxItems", params: { limit: 100 }, message: "must NOT have more than 100 items", schema: 100, parentSchema: schema39, data };
      if (vErrors === null) {
        vErrors = [err0];
      } else {
        vErrors.push(err0);
      }
      errors++;
    }
    if (data.length < 1) {
      const err1 = { instancePath, schemaPath: "#/minItems", keyword: "minItems", params: { limit: 1 }, message: "must NOT have fewer than 1 items", schema: 1, parentSchema: schema39, data };
      if (vErrors === null) {
        vErrors = [err1];
      } else {
        vErrors.push(err1);
      }
      errors++;
    }
    const len0 = data.length;
    for (let i0 = 0; i0 < len0; i0++) {
      let data0 = data[i0];
      if (typeof data0 === "string") {
        if (func1(data0) > 64) {
          const err2 = { instancePath: instancePath + "/" + i0, schemaPath: "#/$defs/category/maxLength", keyword: "maxLength", params: { limit: 64 }, message: "must NOT have more than 64 characters", schema: 64, parentSchema: schema38, data: data0 };
          if (vErrors === null) {
            vErrors = [err2];
          } else {
            vErrors.push(err2);
          }
          errors++;
        }
      } else {
        const err3 = { instancePath: instancePath + "/" + i0, schemaPath: "#/$defs/category/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema38.type, parentSchema: schema38, data: data0 };
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
    }
  } else {
    const err4 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "array" }, message: "must be array", schema: schema39.type, parentSchema: schema39, data };
    if (vErrors === null) {
      vErrors = [err4];
    } else {
      vErrors.push(err4);
    }
    errors++;
  }
  validate25.errors = vErrors;
  return errors === 0;
}
validate25.evaluated = { "items": true, "dynamicProps": false, "dynamicItems": false };
var schema42 = { "title": "Reconcile", "description": "How the reconciler treats this subscription; never sent to the API.", "type": "object", "additionalProperties": false, "properties": { "suspend": { "$ref": "#/$defs/suspend" }, "ignore": { "$ref": "#/$defs/ignore" }, "test": { "$ref": "#/$defs/test" }, "id": { "description": "Pins this entry to an existing subscription.", "$ref": "#/$defs/id" }, "beside": { "description": "Consent: these existing subscriptions of the same url are meant to be there beside this one, e.g. for another consumer behind it. This entry takes none of them.", "type": "array", "maxItems": 100, "items": { "$ref": "#/$defs/id" } } } };
var schema43 = { "description": "Changes to this subscription are suspended: true for ever, or until an instant such as 2026-12-24T08:00:00Z.", "type": ["boolean", "string"], "errorMessage": "is not an instant: write true, or a date with time and zone such as 2026-12-24T08:00:00Z" };
var schema44 = { "description": "Fields whose drift is left alone.", "type": "array", "items": { "type": "string", "enum": ["title", "url", "enabled", "type", "exclude_type", "config.delay", "config.max_package_size"] } };
var schema45 = { "description": "on-change: send a test event after a create or a change of url.", "type": "string", "enum": ["on-change", "never"] };
var schema46 = { "type": "string", "pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$|\\$\\{", "errorMessage": "is not the id of a subscription: write a UUID, as the API shows it" };
var pattern6 = new RegExp("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$|\\$\\{", "u");
function validate27(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null;
  let errors = 0;
  const evaluated0 = validate27.evaluated;
  if (evaluated0.dynamicProps) {
    evaluated0.props = void 0;
  }
  if (evaluated0.dynamicItems) {
    evaluated0.items = void 0;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!(key0 === "suspend" || key0 === "ignore" || key0 === "test" || key0 === "id" || key0 === "beside")) {
        const err0 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 }, message: "must NOT have additional properties", schema: false, parentSchema: schema42, data };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
    }
    if (data.suspend !== void 0) {
      let data0 = data.suspend;
      if (typeof data0 !== "boolean" && typeof data0 !== "string") {
        const err1 = { instancePath: instancePath + "/suspend", schemaPath: "#/$defs/suspend/type", keyword: "type", params: { type: schema43.type }, message: "must be boolean,string", schema: schema43.type, parentSchema: schema43, data: data0 };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
    }
    if (data.ignore !== void 0) {
      let data1 = data.ignore;
      if (Array.isArray(data1)) {
        const len0 = data1.length;
        for (let i0 = 0; i0 < len0; i0++) {
          let data2 = data1[i0];
          if (typeof data2 !== "string") {
            const err2 = { instancePath: instancePath + "/ignore/" + i0, schemaPath: "#/$defs/ignore/items/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema44.items.type, parentSchema: schema44.items, data: data2 };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
          if (!(data2 === "title" || data2 === "url" || data2 === "enabled" || data2 === "type" || data2 === "exclude_type" || data2 === "config.delay" || data2 === "config.max_package_size")) {
            const err3 = { instancePath: instancePath + "/ignore/" + i0, schemaPath: "#/$defs/ignore/items/enum", keyword: "enum", params: { allowedValues: schema44.items.enum }, message: "must be equal to one of the allowed values", schema: schema44.items.enum, parentSchema: schema44.items, data: data2 };
            if (vErrors === null) {
              vErrors = [err3];
            } else {
              vErrors.push(err3);
            }
            errors++;
          }
        }
      } else {
        const err4 = { instancePath: instancePath + "/ignore", schemaPath: "#/$defs/ignore/type", keyword: "type", params: { type: "array" }, message: "must be array", schema: schema44.type, parentSchema: schema44, data: data1 };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
    }
    if (data.test !== void 0) {
      let data3 = data.test;
      if (typeof data3 !== "string") {
        const err5 = { instancePath: instancePath + "/test", schemaPath: "#/$defs/test/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema45.type, parentSchema: schema45, data: data3 };
        if (vErrors === null) {
          vErrors = [err5];
        } else {
          vErrors.push(err5);
        }
        errors++;
      }
      if (!(data3 === "on-change" || data3 === "never")) {
        const err6 = { instancePath: instancePath + "/test", schemaPath: "#/$defs/test/enum", keyword: "enum", params: { allowedValues: schema45.enum }, message: "must be equal to one of the allowed values", schema: schema45.enum, parentSchema: schema45, data: data3 };
        if (vErrors === null) {
          vErrors = [err6];
        } else {
          vErrors.push(err6);
        }
        errors++;
      }
    }
    if (data.id !== void 0) {
      let data4 = data.id;
      if (typeof data4 === "string") {
        if (!pattern6.test(data4)) {
          const err7 = { instancePath: instancePath + "/id", schemaPath: "#/$defs/id/pattern", keyword: "pattern", params: { pattern: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$|\\$\\{" }, message: 'must match pattern "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$|\\$\\{"', schema: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$|\\$\\{", parentSchema: schema46, data: data4 };
          if (vErrors === null) {
            vErrors = [err7];
          } else {
            vErrors.push(err7);
          }
          errors++;
        }
      } else {
        const err8 = { instancePath: instancePath + "/id", schemaPath: "#/$defs/id/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema46.type, parentSchema: schema46, data: data4 };
        if (vErrors === null) {
          vErrors = [err8];
        } else {
          vErrors.push(err8);
        }
        errors++;
      }
    }
    if (data.beside !== void 0) {
      let data5 = data.beside;
      if (Array.isArray(data5)) {
        if (data5.length > 100) {
          const err9 = { instancePath: instancePath + "/beside", schemaPath: "#/properties/beside/maxItems", keyword: "maxItems", params: { limit: 100 }, message: "must NOT have more than 100 items", schema: 100, parentSchema: schema42.properties.beside, data: data5 };
          if (vErrors === null) {
            vErrors = [err9];
          } else {
            vErrors.push(err9);
          }
          errors++;
        }
        const len1 = data5.length;
        for (let i1 = 0; i1 < len1; i1++) {
          let data6 = data5[i1];
          if (typeof data6 === "string") {
            if (!pattern6.test(data6)) {
              const err10 = { instancePath: instancePath + "/beside/" + i1, schemaPath: "#/$defs/id/pattern", keyword: "pattern", params: { pattern: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$|\\$\\{" }, message: 'must match pattern "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$|\\$\\{"', schema: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$|\\$\\{", parentSchema: schema46, data: data6 };
              if (vErrors === null) {
                vErrors = [err10];
              } else {
                vErrors.push(err10);
              }
              errors++;
            }
          } else {
            const err11 = { instancePath: instancePath + "/beside/" + i1, schemaPath: "#/$defs/id/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema46.type, parentSchema: schema46, data: data6 };
            if (vErrors === null) {
              vErrors = [err11];
            } else {
              vErrors.push(err11);
            }
            errors++;
          }
        }
      } else {
        const err12 = { instancePath: instancePath + "/beside", schemaPath: "#/properties/beside/type", keyword: "type", params: { type: "array" }, message: "must be array", schema: schema42.properties.beside.type, parentSchema: schema42.properties.beside, data: data5 };
        if (vErrors === null) {
          vErrors = [err12];
        } else {
          vErrors.push(err12);
        }
        errors++;
      }
    }
  } else {
    const err13 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema42.type, parentSchema: schema42, data };
    if (vErrors === null) {
      vErrors = [err13];
    } else {
      vErrors.push(err13);
    }
    errors++;
  }
  validate27.errors = vErrors;
  return errors === 0;
}
validate27.evaluated = { "props": true, "dynamicProps": false, "dynamicItems": false };
function validate22(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null;
  let errors = 0;
  const evaluated0 = validate22.evaluated;
  if (evaluated0.dynamicProps) {
    evaluated0.props = void 0;
  }
  if (evaluated0.dynamicItems) {
    evaluated0.items = void 0;
  }
  const _errs1 = errors;
  let valid0 = true;
  const _errs2 = errors;
  if (errors === _errs2) {
    if (data && typeof data == "object" && !Array.isArray(data)) {
      let missing0;
      if (data.state === void 0 && (missing0 = "state")) {
        const err0 = {};
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      } else {
        if (data.state !== void 0) {
          if ("absent" !== data.state) {
            const err1 = {};
            if (vErrors === null) {
              vErrors = [err1];
            } else {
              vErrors.push(err1);
            }
            errors++;
          }
        }
      }
    } else {
      const err2 = {};
      if (vErrors === null) {
        vErrors = [err2];
      } else {
        vErrors.push(err2);
      }
      errors++;
    }
  }
  var _valid0 = _errs2 === errors;
  errors = _errs1;
  if (vErrors !== null) {
    if (_errs1) {
      vErrors.length = _errs1;
    } else {
      vErrors = null;
    }
  }
  if (!_valid0) {
    const _errs5 = errors;
    if (data && typeof data == "object" && !Array.isArray(data)) {
      if (data.url === void 0) {
        const err3 = { instancePath, schemaPath: "#/else/required", keyword: "required", params: { missingProperty: "url" }, message: "must have required property 'url'", schema: schema33.else.required, parentSchema: schema33.else, data };
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
    }
    var _valid0 = _errs5 === errors;
    valid0 = _valid0;
  }
  if (!valid0) {
    const err4 = { instancePath, schemaPath: "#/if", keyword: "if", params: { failingKeyword: "else" }, message: 'must match "else" schema', schema: schema33.if, parentSchema: schema33, data };
    if (vErrors === null) {
      vErrors = [err4];
    } else {
      vErrors.push(err4);
    }
    errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.title === void 0) {
      const err5 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "title" }, message: "must have required property 'title'", schema: schema33.required, parentSchema: schema33, data };
      if (vErrors === null) {
        vErrors = [err5];
      } else {
        vErrors.push(err5);
      }
      errors++;
    }
    for (const key0 in data) {
      if (!(key0 === "title" || key0 === "url" || key0 === "state" || key0 === "enabled" || key0 === "type" || key0 === "exclude_type" || key0 === "config" || key0 === "reconcile")) {
        const err6 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 }, message: "must NOT have additional properties", schema: false, parentSchema: schema33, data };
        if (vErrors === null) {
          vErrors = [err6];
        } else {
          vErrors.push(err6);
        }
        errors++;
      }
    }
    if (data.title !== void 0) {
      let data1 = data.title;
      if (typeof data1 === "string") {
        if (func1(data1) > 100) {
          const err7 = { instancePath: instancePath + "/title", schemaPath: "#/$defs/title/maxLength", keyword: "maxLength", params: { limit: 100 }, message: "must NOT have more than 100 characters", schema: 100, parentSchema: schema34, data: data1 };
          if (vErrors === null) {
            vErrors = [err7];
          } else {
            vErrors.push(err7);
          }
          errors++;
        }
        if (func1(data1) < 1) {
          const err8 = { instancePath: instancePath + "/title", schemaPath: "#/$defs/title/minLength", keyword: "minLength", params: { limit: 1 }, message: "must NOT have fewer than 1 characters", schema: 1, parentSchema: schema34, data: data1 };
          if (vErrors === null) {
            vErrors = [err8];
          } else {
            vErrors.push(err8);
          }
          errors++;
        }
      } else {
        const err9 = { instancePath: instancePath + "/title", schemaPath: "#/$defs/title/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema34.type, parentSchema: schema34, data: data1 };
        if (vErrors === null) {
          vErrors = [err9];
        } else {
          vErrors.push(err9);
        }
        errors++;
      }
    }
    if (data.url !== void 0) {
      let data2 = data.url;
      if (typeof data2 === "string") {
        if (func1(data2) > 1e3) {
          const err10 = { instancePath: instancePath + "/url", schemaPath: "#/$defs/url/maxLength", keyword: "maxLength", params: { limit: 1e3 }, message: "must NOT have more than 1000 characters", schema: 1e3, parentSchema: schema35, data: data2 };
          if (vErrors === null) {
            vErrors = [err10];
          } else {
            vErrors.push(err10);
          }
          errors++;
        }
        if (!pattern4.test(data2)) {
          const err11 = { instancePath: instancePath + "/url", schemaPath: "#/$defs/url/pattern", keyword: "pattern", params: { pattern: "^https?://.|\\$\\{" }, message: 'must match pattern "^https?://.|\\$\\{"', schema: "^https?://.|\\$\\{", parentSchema: schema35, data: data2 };
          if (vErrors === null) {
            vErrors = [err11];
          } else {
            vErrors.push(err11);
          }
          errors++;
        }
      } else {
        const err12 = { instancePath: instancePath + "/url", schemaPath: "#/$defs/url/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema35.type, parentSchema: schema35, data: data2 };
        if (vErrors === null) {
          vErrors = [err12];
        } else {
          vErrors.push(err12);
        }
        errors++;
      }
    }
    if (data.state !== void 0) {
      let data3 = data.state;
      if (typeof data3 !== "string") {
        const err13 = { instancePath: instancePath + "/state", schemaPath: "#/properties/state/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema33.properties.state.type, parentSchema: schema33.properties.state, data: data3 };
        if (vErrors === null) {
          vErrors = [err13];
        } else {
          vErrors.push(err13);
        }
        errors++;
      }
      if (!(data3 === "present" || data3 === "absent")) {
        const err14 = { instancePath: instancePath + "/state", schemaPath: "#/properties/state/enum", keyword: "enum", params: { allowedValues: schema33.properties.state.enum }, message: "must be equal to one of the allowed values", schema: schema33.properties.state.enum, parentSchema: schema33.properties.state, data: data3 };
        if (vErrors === null) {
          vErrors = [err14];
        } else {
          vErrors.push(err14);
        }
        errors++;
      }
    }
    if (data.enabled !== void 0) {
      let data4 = data.enabled;
      if (typeof data4 !== "boolean") {
        const err15 = { instancePath: instancePath + "/enabled", schemaPath: "#/$defs/enabled/type", keyword: "type", params: { type: "boolean" }, message: "must be boolean", schema: schema36.type, parentSchema: schema36, data: data4 };
        if (vErrors === null) {
          vErrors = [err15];
        } else {
          vErrors.push(err15);
        }
        errors++;
      }
    }
    if (data.type !== void 0) {
      if (!validate23(data.type, { instancePath: instancePath + "/type", parentData: data, parentDataProperty: "type", rootData, dynamicAnchors })) {
        vErrors = vErrors === null ? validate23.errors : append(vErrors, validate23.errors);
        errors = vErrors.length;
      }
    }
    if (data.exclude_type !== void 0) {
      if (!validate25(data.exclude_type, { instancePath: instancePath + "/exclude_type", parentData: data, parentDataProperty: "exclude_type", rootData, dynamicAnchors })) {
        vErrors = vErrors === null ? validate25.errors : append(vErrors, validate25.errors);
        errors = vErrors.length;
      }
    }
    if (data.config !== void 0) {
      let data7 = data.config;
      if (data7 && typeof data7 == "object" && !Array.isArray(data7)) {
        for (const key1 in data7) {
          if (!(key1 === "delay" || key1 === "max_package_size")) {
            const err16 = { instancePath: instancePath + "/config", schemaPath: "#/$defs/config/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key1 }, message: "must NOT have additional properties", schema: false, parentSchema: schema41, data: data7 };
            if (vErrors === null) {
              vErrors = [err16];
            } else {
              vErrors.push(err16);
            }
            errors++;
          }
        }
        if (data7.delay !== void 0) {
          let data8 = data7.delay;
          if (typeof data8 === "string") {
            if (!pattern5.test(data8)) {
              const err17 = { instancePath: instancePath + "/config/delay", schemaPath: "#/$defs/config/properties/delay/pattern", keyword: "pattern", params: { pattern: "^[1-9][0-9]?[sm]$|\\$\\{" }, message: 'must match pattern "^[1-9][0-9]?[sm]$|\\$\\{"', schema: "^[1-9][0-9]?[sm]$|\\$\\{", parentSchema: schema41.properties.delay, data: data8 };
              if (vErrors === null) {
                vErrors = [err17];
              } else {
                vErrors.push(err17);
              }
              errors++;
            }
          } else {
            const err18 = { instancePath: instancePath + "/config/delay", schemaPath: "#/$defs/config/properties/delay/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema41.properties.delay.type, parentSchema: schema41.properties.delay, data: data8 };
            if (vErrors === null) {
              vErrors = [err18];
            } else {
              vErrors.push(err18);
            }
            errors++;
          }
        }
        if (data7.max_package_size !== void 0) {
          let data9 = data7.max_package_size;
          if (!(typeof data9 == "number" && (!(data9 % 1) && !isNaN(data9)) && isFinite(data9))) {
            const err19 = { instancePath: instancePath + "/config/max_package_size", schemaPath: "#/$defs/config/properties/max_package_size/type", keyword: "type", params: { type: "integer" }, message: "must be integer", schema: schema41.properties.max_package_size.type, parentSchema: schema41.properties.max_package_size, data: data9 };
            if (vErrors === null) {
              vErrors = [err19];
            } else {
              vErrors.push(err19);
            }
            errors++;
          }
          if (typeof data9 == "number" && isFinite(data9)) {
            if (data9 > 1048576 || isNaN(data9)) {
              const err20 = { instancePath: instancePath + "/config/max_package_size", schemaPath: "#/$defs/config/properties/max_package_size/maximum", keyword: "maximum", params: { comparison: "<=", limit: 1048576 }, message: "must be <= 1048576", schema: 1048576, parentSchema: schema41.properties.max_package_size, data: data9 };
              if (vErrors === null) {
                vErrors = [err20];
              } else {
                vErrors.push(err20);
              }
              errors++;
            }
            if (data9 < 100 || isNaN(data9)) {
              const err21 = { instancePath: instancePath + "/config/max_package_size", schemaPath: "#/$defs/config/properties/max_package_size/minimum", keyword: "minimum", params: { comparison: ">=", limit: 100 }, message: "must be >= 100", schema: 100, parentSchema: schema41.properties.max_package_size, data: data9 };
              if (vErrors === null) {
                vErrors = [err21];
              } else {
                vErrors.push(err21);
              }
              errors++;
            }
          }
        }
      } else {
        const err22 = { instancePath: instancePath + "/config", schemaPath: "#/$defs/config/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema41.type, parentSchema: schema41, data: data7 };
        if (vErrors === null) {
          vErrors = [err22];
        } else {
          vErrors.push(err22);
        }
        errors++;
      }
    }
    if (data.reconcile !== void 0) {
      if (!validate27(data.reconcile, { instancePath: instancePath + "/reconcile", parentData: data, parentDataProperty: "reconcile", rootData, dynamicAnchors })) {
        vErrors = vErrors === null ? validate27.errors : append(vErrors, validate27.errors);
        errors = vErrors.length;
      }
    }
  } else {
    const err23 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema33.type, parentSchema: schema33, data };
    if (vErrors === null) {
      vErrors = [err23];
    } else {
      vErrors.push(err23);
    }
    errors++;
  }
  validate22.errors = vErrors;
  return errors === 0;
}
validate22.evaluated = { "props": true, "dynamicProps": false, "dynamicItems": false };
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
  if (Array.isArray(data)) {
    const len0 = data.length;
    for (let i0 = 0; i0 < len0; i0++) {
      if (!validate22(data[i0], { instancePath: instancePath + "/" + i0, parentData: data, parentDataProperty: i0, rootData, dynamicAnchors })) {
        vErrors = vErrors === null ? validate22.errors : append(vErrors, validate22.errors);
        errors = vErrors.length;
      }
    }
  } else {
    const err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "array" }, message: "must be array", schema: schema32.type, parentSchema: schema32, data };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  validate21.errors = vErrors;
  return errors === 0;
}
validate21.evaluated = { "items": true, "dynamicProps": false, "dynamicItems": false };
var schema48 = { "title": "Subscription file", "description": "Subscriptions with defaults that hold for each of them.", "type": "object", "additionalProperties": false, "required": ["subscriptions"], "properties": { "defaults": { "$ref": "#/$defs/defaults" }, "subscriptions": { "$ref": "#/$defs/subscriptionList" } } };
var schema49 = { "title": "Defaults", "description": "Fields that each subscription of this document has unless it sets them itself. `config` and `reconcile` are merged member by member; a subscription with a `type` of its own takes neither `type` nor `exclude_type` from here.", "type": "object", "additionalProperties": false, "properties": { "enabled": { "$ref": "#/$defs/enabled" }, "type": { "$ref": "#/$defs/type" }, "exclude_type": { "$ref": "#/$defs/excludeType" }, "config": { "$ref": "#/$defs/config" }, "reconcile": { "title": "Default reconcile", "type": "object", "additionalProperties": false, "properties": { "suspend": { "$ref": "#/$defs/suspend" }, "ignore": { "$ref": "#/$defs/ignore" }, "test": { "$ref": "#/$defs/test" } } } } };
function validate32(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null;
  let errors = 0;
  const evaluated0 = validate32.evaluated;
  if (evaluated0.dynamicProps) {
    evaluated0.props = void 0;
  }
  if (evaluated0.dynamicItems) {
    evaluated0.items = void 0;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!(key0 === "enabled" || key0 === "type" || key0 === "exclude_type" || key0 === "config" || key0 === "reconcile")) {
        const err0 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 }, message: "must NOT have additional properties", schema: false, parentSchema: schema49, data };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
    }
    if (data.enabled !== void 0) {
      let data0 = data.enabled;
      if (typeof data0 !== "boolean") {
        const err1 = { instancePath: instancePath + "/enabled", schemaPath: "#/$defs/enabled/type", keyword: "type", params: { type: "boolean" }, message: "must be boolean", schema: schema36.type, parentSchema: schema36, data: data0 };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
    }
    if (data.type !== void 0) {
      if (!validate23(data.type, { instancePath: instancePath + "/type", parentData: data, parentDataProperty: "type", rootData, dynamicAnchors })) {
        vErrors = vErrors === null ? validate23.errors : append(vErrors, validate23.errors);
        errors = vErrors.length;
      }
    }
    if (data.exclude_type !== void 0) {
      if (!validate25(data.exclude_type, { instancePath: instancePath + "/exclude_type", parentData: data, parentDataProperty: "exclude_type", rootData, dynamicAnchors })) {
        vErrors = vErrors === null ? validate25.errors : append(vErrors, validate25.errors);
        errors = vErrors.length;
      }
    }
    if (data.config !== void 0) {
      let data3 = data.config;
      if (data3 && typeof data3 == "object" && !Array.isArray(data3)) {
        for (const key1 in data3) {
          if (!(key1 === "delay" || key1 === "max_package_size")) {
            const err2 = { instancePath: instancePath + "/config", schemaPath: "#/$defs/config/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key1 }, message: "must NOT have additional properties", schema: false, parentSchema: schema41, data: data3 };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
        }
        if (data3.delay !== void 0) {
          let data4 = data3.delay;
          if (typeof data4 === "string") {
            if (!pattern5.test(data4)) {
              const err3 = { instancePath: instancePath + "/config/delay", schemaPath: "#/$defs/config/properties/delay/pattern", keyword: "pattern", params: { pattern: "^[1-9][0-9]?[sm]$|\\$\\{" }, message: 'must match pattern "^[1-9][0-9]?[sm]$|\\$\\{"', schema: "^[1-9][0-9]?[sm]$|\\$\\{", parentSchema: schema41.properties.delay, data: data4 };
              if (vErrors === null) {
                vErrors = [err3];
              } else {
                vErrors.push(err3);
              }
              errors++;
            }
          } else {
            const err4 = { instancePath: instancePath + "/config/delay", schemaPath: "#/$defs/config/properties/delay/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema41.properties.delay.type, parentSchema: schema41.properties.delay, data: data4 };
            if (vErrors === null) {
              vErrors = [err4];
            } else {
              vErrors.push(err4);
            }
            errors++;
          }
        }
        if (data3.max_package_size !== void 0) {
          let data5 = data3.max_package_size;
          if (!(typeof data5 == "number" && (!(data5 % 1) && !isNaN(data5)) && isFinite(data5))) {
            const err5 = { instancePath: instancePath + "/config/max_package_size", schemaPath: "#/$defs/config/properties/max_package_size/type", keyword: "type", params: { type: "integer" }, message: "must be integer", schema: schema41.properties.max_package_size.type, parentSchema: schema41.properties.max_package_size, data: data5 };
            if (vErrors === null) {
              vErrors = [err5];
            } else {
              vErrors.push(err5);
            }
            errors++;
          }
          if (typeof data5 == "number" && isFinite(data5)) {
            if (data5 > 1048576 || isNaN(data5)) {
              const err6 = { instancePath: instancePath + "/config/max_package_size", schemaPath: "#/$defs/config/properties/max_package_size/maximum", keyword: "maximum", params: { comparison: "<=", limit: 1048576 }, message: "must be <= 1048576", schema: 1048576, parentSchema: schema41.properties.max_package_size, data: data5 };
              if (vErrors === null) {
                vErrors = [err6];
              } else {
                vErrors.push(err6);
              }
              errors++;
            }
            if (data5 < 100 || isNaN(data5)) {
              const err7 = { instancePath: instancePath + "/config/max_package_size", schemaPath: "#/$defs/config/properties/max_package_size/minimum", keyword: "minimum", params: { comparison: ">=", limit: 100 }, message: "must be >= 100", schema: 100, parentSchema: schema41.properties.max_package_size, data: data5 };
              if (vErrors === null) {
                vErrors = [err7];
              } else {
                vErrors.push(err7);
              }
              errors++;
            }
          }
        }
      } else {
        const err8 = { instancePath: instancePath + "/config", schemaPath: "#/$defs/config/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema41.type, parentSchema: schema41, data: data3 };
        if (vErrors === null) {
          vErrors = [err8];
        } else {
          vErrors.push(err8);
        }
        errors++;
      }
    }
    if (data.reconcile !== void 0) {
      let data6 = data.reconcile;
      if (data6 && typeof data6 == "object" && !Array.isArray(data6)) {
        for (const key2 in data6) {
          if (!(key2 === "suspend" || key2 === "ignore" || key2 === "test")) {
            const err9 = { instancePath: instancePath + "/reconcile", schemaPath: "#/properties/reconcile/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key2 }, message: "must NOT have additional properties", schema: false, parentSchema: schema49.properties.reconcile, data: data6 };
            if (vErrors === null) {
              vErrors = [err9];
            } else {
              vErrors.push(err9);
            }
            errors++;
          }
        }
        if (data6.suspend !== void 0) {
          let data7 = data6.suspend;
          if (typeof data7 !== "boolean" && typeof data7 !== "string") {
            const err10 = { instancePath: instancePath + "/reconcile/suspend", schemaPath: "#/$defs/suspend/type", keyword: "type", params: { type: schema43.type }, message: "must be boolean,string", schema: schema43.type, parentSchema: schema43, data: data7 };
            if (vErrors === null) {
              vErrors = [err10];
            } else {
              vErrors.push(err10);
            }
            errors++;
          }
        }
        if (data6.ignore !== void 0) {
          let data8 = data6.ignore;
          if (Array.isArray(data8)) {
            const len0 = data8.length;
            for (let i0 = 0; i0 < len0; i0++) {
              let data9 = data8[i0];
              if (typeof data9 !== "string") {
                const err11 = { instancePath: instancePath + "/reconcile/ignore/" + i0, schemaPath: "#/$defs/ignore/items/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema44.items.type, parentSchema: schema44.items, data: data9 };
                if (vErrors === null) {
                  vErrors = [err11];
                } else {
                  vErrors.push(err11);
                }
                errors++;
              }
              if (!(data9 === "title" || data9 === "url" || data9 === "enabled" || data9 === "type" || data9 === "exclude_type" || data9 === "config.delay" || data9 === "config.max_package_size")) {
                const err12 = { instancePath: instancePath + "/reconcile/ignore/" + i0, schemaPath: "#/$defs/ignore/items/enum", keyword: "enum", params: { allowedValues: schema44.items.enum }, message: "must be equal to one of the allowed values", schema: schema44.items.enum, parentSchema: schema44.items, data: data9 };
                if (vErrors === null) {
                  vErrors = [err12];
                } else {
                  vErrors.push(err12);
                }
                errors++;
              }
            }
          } else {
            const err13 = { instancePath: instancePath + "/reconcile/ignore", schemaPath: "#/$defs/ignore/type", keyword: "type", params: { type: "array" }, message: "must be array", schema: schema44.type, parentSchema: schema44, data: data8 };
            if (vErrors === null) {
              vErrors = [err13];
            } else {
              vErrors.push(err13);
            }
            errors++;
          }
        }
        if (data6.test !== void 0) {
          let data10 = data6.test;
          if (typeof data10 !== "string") {
            const err14 = { instancePath: instancePath + "/reconcile/test", schemaPath: "#/$defs/test/type", keyword: "type", params: { type: "string" }, message: "must be string", schema: schema45.type, parentSchema: schema45, data: data10 };
            if (vErrors === null) {
              vErrors = [err14];
            } else {
              vErrors.push(err14);
            }
            errors++;
          }
          if (!(data10 === "on-change" || data10 === "never")) {
            const err15 = { instancePath: instancePath + "/reconcile/test", schemaPath: "#/$defs/test/enum", keyword: "enum", params: { allowedValues: schema45.enum }, message: "must be equal to one of the allowed values", schema: schema45.enum, parentSchema: schema45, data: data10 };
            if (vErrors === null) {
              vErrors = [err15];
            } else {
              vErrors.push(err15);
            }
            errors++;
          }
        }
      } else {
        const err16 = { instancePath: instancePath + "/reconcile", schemaPath: "#/properties/reconcile/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema49.properties.reconcile.type, parentSchema: schema49.properties.reconcile, data: data6 };
        if (vErrors === null) {
          vErrors = [err16];
        } else {
          vErrors.push(err16);
        }
        errors++;
      }
    }
  } else {
    const err17 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema49.type, parentSchema: schema49, data };
    if (vErrors === null) {
      vErrors = [err17];
    } else {
      vErrors.push(err17);
    }
    errors++;
  }
  validate32.errors = vErrors;
  return errors === 0;
}
validate32.evaluated = { "props": true, "dynamicProps": false, "dynamicItems": false };
function validate31(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
  let vErrors = null;
  let errors = 0;
  const evaluated0 = validate31.evaluated;
  if (evaluated0.dynamicProps) {
    evaluated0.props = void 0;
  }
  if (evaluated0.dynamicItems) {
    evaluated0.items = void 0;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.subscriptions === void 0) {
      const err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "subscriptions" }, message: "must have required property 'subscriptions'", schema: schema48.required, parentSchema: schema48, data };
      if (vErrors === null) {
        vErrors = [err0];
      } else {
        vErrors.push(err0);
      }
      errors++;
    }
    for (const key0 in data) {
      if (!(key0 === "defaults" || key0 === "subscriptions")) {
        const err1 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 }, message: "must NOT have additional properties", schema: false, parentSchema: schema48, data };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
    }
    if (data.defaults !== void 0) {
      if (!validate32(data.defaults, { instancePath: instancePath + "/defaults", parentData: data, parentDataProperty: "defaults", rootData, dynamicAnchors })) {
        vErrors = vErrors === null ? validate32.errors : append(vErrors, validate32.errors);
        errors = vErrors.length;
      }
    }
    if (data.subscriptions !== void 0) {
      if (!validate21(data.subscriptions, { instancePath: instancePath + "/subscriptions", parentData: data, parentDataProperty: "subscriptions", rootData, dynamicAnchors })) {
        vErrors = vErrors === null ? validate21.errors : append(vErrors, validate21.errors);
        errors = vErrors.length;
      }
    }
  } else {
    const err2 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" }, message: "must be object", schema: schema48.type, parentSchema: schema48, data };
    if (vErrors === null) {
      vErrors = [err2];
    } else {
      vErrors.push(err2);
    }
    errors++;
  }
  validate31.errors = vErrors;
  return errors === 0;
}
validate31.evaluated = { "props": true, "dynamicProps": false, "dynamicItems": false };
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
    if (!validate21(data, { instancePath, parentData, parentDataProperty, rootData, dynamicAnchors })) {
      vErrors = vErrors === null ? validate21.errors : append(vErrors, validate21.errors);
      errors = vErrors.length;
    }
    var _valid0 = _errs3 === errors;
    valid0 = _valid0;
    if (valid0) {
      var items0 = true;
    }
    ifClause0 = "then";
  } else {
    const _errs4 = errors;
    const _errs5 = errors;
    let valid1 = true;
    const _errs6 = errors;
    if (!(data && typeof data == "object" && !Array.isArray(data))) {
      const err1 = {};
      if (vErrors === null) {
        vErrors = [err1];
      } else {
        vErrors.push(err1);
      }
      errors++;
    }
    const _errs8 = errors;
    let valid2 = false;
    const _errs9 = errors;
    if (data && typeof data == "object" && !Array.isArray(data)) {
      let missing0;
      if (data.subscriptions === void 0 && (missing0 = "subscriptions")) {
        const err2 = {};
        if (vErrors === null) {
          vErrors = [err2];
        } else {
          vErrors.push(err2);
        }
        errors++;
      }
    }
    var _valid2 = _errs9 === errors;
    valid2 = valid2 || _valid2;
    const _errs10 = errors;
    if (data && typeof data == "object" && !Array.isArray(data)) {
      let missing1;
      if (data.defaults === void 0 && (missing1 = "defaults")) {
        const err3 = {};
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
    }
    var _valid2 = _errs10 === errors;
    valid2 = valid2 || _valid2;
    if (!valid2) {
      const err4 = {};
      if (vErrors === null) {
        vErrors = [err4];
      } else {
        vErrors.push(err4);
      }
      errors++;
    } else {
      errors = _errs8;
      if (vErrors !== null) {
        if (_errs8) {
          vErrors.length = _errs8;
        } else {
          vErrors = null;
        }
      }
    }
    var _valid1 = _errs6 === errors;
    errors = _errs5;
    if (vErrors !== null) {
      if (_errs5) {
        vErrors.length = _errs5;
      } else {
        vErrors = null;
      }
    }
    let ifClause1;
    if (_valid1) {
      const _errs11 = errors;
      if (!validate31(data, { instancePath, parentData, parentDataProperty, rootData, dynamicAnchors })) {
        vErrors = vErrors === null ? validate31.errors : append(vErrors, validate31.errors);
        errors = vErrors.length;
      }
      var _valid1 = _errs11 === errors;
      valid1 = _valid1;
      if (valid1) {
        var props0 = true;
      }
      ifClause1 = "then";
    } else {
      const _errs12 = errors;
      if (!validate22(data, { instancePath, parentData, parentDataProperty, rootData, dynamicAnchors })) {
        vErrors = vErrors === null ? validate22.errors : append(vErrors, validate22.errors);
        errors = vErrors.length;
      }
      var _valid1 = _errs12 === errors;
      valid1 = _valid1;
      if (valid1) {
        if (props0 !== true) {
          props0 = true;
        }
      }
      ifClause1 = "else";
    }
    if (!valid1) {
      const err5 = { instancePath, schemaPath: "#/else/if", keyword: "if", params: { failingKeyword: ifClause1 }, message: 'must match "' + ifClause1 + '" schema', schema: schema31.else.if, parentSchema: schema31.else, data };
      if (vErrors === null) {
        vErrors = [err5];
      } else {
        vErrors.push(err5);
      }
      errors++;
    }
    var _valid0 = _errs4 === errors;
    valid0 = _valid0;
    ifClause0 = "else";
  }
  if (!valid0) {
    const err6 = { instancePath, schemaPath: "#/if", keyword: "if", params: { failingKeyword: ifClause0 }, message: 'must match "' + ifClause0 + '" schema', schema: schema31.if, parentSchema: schema31, data };
    if (vErrors === null) {
      vErrors = [err6];
    } else {
      vErrors.push(err6);
    }
    errors++;
  }
  validate20.errors = vErrors;
  evaluated0.props = props0;
  evaluated0.items = items0;
  return errors === 0;
}
validate20.evaluated = { "dynamicProps": true, "dynamicItems": true };
function append(errors, more) {
  for (const error of more) errors.push(error);
  return errors;
}
export {
  stdin_default as default,
  validate
};
