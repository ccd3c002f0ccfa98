/**
 * Finds quotes and brackets that are not closed, and reports them where they open: the parser itself complains where it
 * gives up, which may be the end of the file.
 */
import { CST } from 'yaml';

/** The code of these errors. What the parser says of the text after such a place only follows from it. */
export const UNCLOSED = 'UNCLOSED';

interface Opening {
  readonly at: number;
  readonly sign: string;
}

const CLOSING: Readonly<Record<string, string>> = { '[': ']', '{': '}' };

/** Takes the tokens of the lexer, in order. */
export class Openings {
  readonly #report: (at: number, code: string, message: string) => void;
  readonly #brackets: Opening[] = [];
  #isText = false;
  /** A quoted text of several lines that has just ended: where another text follows at once, its own end was forgotten. */
  #long: Opening | undefined;

  constructor(report: (at: number, code: string, message: string) => void) {
    this.#report = report;
  }

  take(lexeme: string, at: number): void {
    if (this.#isText) {
      this.#isText = false;
      return;
    }
    this.#isText = lexeme === CST.SCALAR;
    const sign = lexeme.charAt(0);
    const isQuoted = sign === '"' || sign === "'";
    if (this.#long !== undefined && (this.#isText || isQuoted)) this.#unclosedQuote(this.#long);
    if (sign !== ' ' && sign !== '\t') this.#long = undefined;
    if (isQuoted) this.#quoted(lexeme, { at, sign });
    else if (lexeme === '[' || lexeme === '{') this.#brackets.push({ at, sign });
    else if (lexeme === ']' || lexeme === '}') this.#close(lexeme);
    else if (lexeme === CST.FLOW_END) this.end();
  }

  /** Nothing follows that could close what is open. */
  end(): void {
    for (const bracket of this.#brackets.splice(0)) this.#unclosedBracket(bracket);
  }

  #quoted(lexeme: string, opening: Opening): void {
    // The parser decides it like this.
    if (lexeme.length === 1 || !lexeme.endsWith(opening.sign)) this.#unclosedQuote(opening);
    else if (lexeme.includes('\n')) this.#long = opening;
  }

  #close(lexeme: string): void {
    const inner = this.#brackets.pop();
    if (inner === undefined || CLOSING[inner.sign] === lexeme) return;
    this.#unclosedBracket(inner);
    if (CLOSING[this.#brackets.at(-1)?.sign ?? ''] === lexeme) this.#brackets.pop();
  }

  #unclosedQuote({ at, sign }: Opening): void {
    // The quoted text has swallowed whatever would have closed the brackets around it.
    this.#brackets.length = 0;
    this.#report(at, UNCLOSED, `this ${sign} is not closed: write another one where the text ends`);
  }

  #unclosedBracket({ at, sign }: Opening): void {
    const end = `${CLOSING[sign]} where ${sign === '[' ? 'the list ends' : 'the fields end'}`;
    this.#report(at, UNCLOSED, `this ${sign} is not closed: write ${end}, or indent the lines that belong to it`);
  }
}
