// Made of schemas/config.schema.json by `npm run generate`: change that, not this.
import type { Validator } from '../document/check.ts';

export declare const validate: Validator;
