/**
 * The Chromium of the package @sparticuz/chromium, unpacked once for each user of a machine: its binary, a font, and the
 * libraries that a bare machine lacks (libnss3, libnspr4). Nothing of it is installed, and nothing leaves the temporary folder.
 */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, lstat, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

export interface Chromium {
  readonly executablePath: string;
  /** For the browser alone: this process, and those that it starts, keep the libraries of the system. */
  readonly env: Readonly<Record<string, string>>;
}

/** Why no browser can be started here; undefined: one can. */
export const noBrowser =
  process.platform === 'linux' && process.arch === 'x64' && hasGlibc()
    ? undefined
    : `no browser on ${process.platform} ${process.arch}: the package @sparticuz/chromium is for Linux on x64 with glibc`;

function hasGlibc(): boolean {
  const { header } = process.report.getReport() as { readonly header: { readonly glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime !== undefined;
}

const run = promisify(execFile);

/** The package's own folder, and its version: another version is unpacked beside it. */
const entry = import.meta.resolve('@sparticuz/chromium');
const root = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..');

export async function unpackedChromium(): Promise<Chromium> {
  if (noBrowser !== undefined) throw new Error(noBrowser);
  const { version } = createRequire(import.meta.url)(join(root, 'package.json')) as { readonly version: string };
  const { uid } = userInfo();
  const folder = join(tmpdir(), `webhook-reconciler-chromium-${version}-${uid}`);
  const chromium = {
    executablePath: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: join(folder, 'al2023/lib'), FONTCONFIG_FILE: join(folder, 'fonts.conf') },
  };
  if (!(await isWhole(folder, uid))) await unpack(folder, uid);
  return chromium;
}

/** Whether all of it is there and ours. Temporary folders are open to others, and are cleared of what is old. */
async function isWhole(folder: string, uid: number): Promise<boolean> {
  try {
    const { uid: owner, mode } = await lstat(folder);
    if (owner !== uid || (mode & 0o022) !== 0) throw new Error(`${folder} can be written by others: remove it`);
    for (const name of [
      'chromium',
      'al2023/lib/libnss3.so',
      'fonts/fonts/Open_Sans/OpenSans-Regular.ttf',
      'fonts.conf',
    ])
      await access(join(folder, name), constants.R_OK);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Several workers may do so at once: each into a folder of its own, and whoever is first gives his the name. */
async function unpack(folder: string, uid: number): Promise<void> {
  const fresh = await mkdtemp(`${folder}.`);
  try {
    // The package unpacks into the temporary folder, whose name is the environment's: a process of its own has another.
    const script = `import chromium, { inflate } from ${JSON.stringify(entry)};
      await chromium.executablePath();
      await inflate(${JSON.stringify(join(root, 'bin/al2023.tar.br'))});`;
    await run(process.execPath, ['--input-type=module', '--eval', script], { env: { TMPDIR: fresh } });
    await writeFile(join(fresh, 'fonts.conf'), fontsIn(folder));
    try {
      await rename(fresh, folder);
    } catch (error) {
      if (await isWhole(folder, uid)) return;
      // What was cleared in part is in the way.
      await rm(folder, { recursive: true, force: true });
      await rename(fresh, folder).catch(async () => {
        if (!(await isWhole(folder, uid))) throw error;
      });
    }
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Text is set in the package's font, so that a page is as wide on every machine; only a monospaced one is the system's. */
function fontsIn(folder: string): string {
  const preferring = (family: string, ...fonts: readonly string[]) =>
    `<alias binding="strong"><family>${family}</family><prefer>${fonts.map((font) => `<family>${font}</family>`).join('')}</prefer></alias>`;
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
  ${preferring('system-ui', 'Open Sans')}
  ${preferring('sans-serif', 'Open Sans')}
  ${preferring('monospace', 'DejaVu Sans Mono', 'Liberation Mono', 'Noto Sans Mono', 'Open Sans')}
</fontconfig>
`;
}
