/** Loads a configuration from values in the test: files in a temporary folder, an environment and flags. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import type { ConfigProblem } from '../../../src/config/source-value.ts';
import { type LoadedConfig, loadConfig, type Sources } from '../../../src/config/load-config.ts';

interface Given extends Partial<Omit<Sources, 'file'>> {
  /** Text of `config.yaml` in `cwd`, given as `--config config.yaml`. */
  readonly file?: string;
}

/** A folder with these files, removed after the test. */
export function folder(files: Readonly<Record<string, string>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'config-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

export async function load({ file, ...sources }: Given = {}): Promise<LoadedConfig> {
  const cwd = sources.cwd ?? folder();
  if (file !== undefined) writeFileSync(join(cwd, 'config.yaml'), file);
  return loadConfig({ env: {}, needs: [], ...sources, cwd, file: file === undefined ? undefined : 'config.yaml' });
}

/** The configuration; throws where it has an error. */
export async function config(given: Given = {}): Promise<Config> {
  const loaded = await load(given);
  if (!loaded.ok) throw new Error(`unexpected: ${JSON.stringify(loaded.problems)}`);
  return loaded.config;
}

/** Errors and warnings, each as `place: message`, or `place field: message` where it is about a setting. */
export async function problems(given: Given = {}): Promise<readonly string[]> {
  const loaded = await load(given);
  return (loaded.ok ? loaded.warnings : loaded.problems).map(asLine);
}

function asLine({ severity, place, field, message }: ConfigProblem): string {
  return `${severity === 'warning' ? 'warning: ' : ''}${place}${field && ` ${field}`}: ${message}`;
}
