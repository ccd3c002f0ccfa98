/** Takes one file out of a zip archive, by its central directory: `unzip` is not on every machine. */
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

const END_OF_DIRECTORY = 0x06_05_4b_50;
const ENTRY_BYTES = 46;
const STORED = 0;

/** Throws where the archive does not hold `name`. Archives of 4 GiB and more (zip64) are not read. */
export async function unzip(archive: Buffer, name: string): Promise<Buffer> {
  const entry = entriesOf(archive).find((each) => each.name === name);
  if (!entry) throw new Error(`the archive holds no ${name}`);
  // The local header has lengths of its own: its extra field may differ from that of the directory.
  const start = entry.offset + 30 + archive.readUInt16LE(entry.offset + 26) + archive.readUInt16LE(entry.offset + 28);
  const packed = archive.subarray(start, start + entry.packedBytes);
  const content = entry.method === STORED ? packed : await promisify<Buffer, Buffer>(inflateRaw)(packed);
  if (content.length !== entry.bytes) throw new Error(`${name} has ${content.length} bytes, not ${entry.bytes}`);
  return content;
}

function entriesOf(archive: Buffer) {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || archive.readUInt32LE(end) !== END_OF_DIRECTORY) throw new Error('this is no zip archive');
  const entries = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const nameBytes = archive.readUInt16LE(at + 28);
    entries.push({
      name: archive.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes),
      method: archive.readUInt16LE(at + 10),
      packedBytes: archive.readUInt32LE(at + 20),
      bytes: archive.readUInt32LE(at + 24),
      offset: archive.readUInt32LE(at + 42),
    });
    at += ENTRY_BYTES + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}
