// Packs an unpacked extension into one file, as Firefox wants it for an install that outlives a restart. Stored, not compressed: it is
// read once and thrown away.

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { crc32 } from "node:zlib";

/**
 * @param {string} folder
 * @param {string} file
 */
export function writeXpi(folder, file) {
  const parts = [];
  const directory = [];
  let at = 0;
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const entry of names) {
    const path = join(entry.parentPath, entry.name);
    const name = Buffer.from(relative(folder, path).split(sep).join("/"));
    const content = readFileSync(path);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // version needed; flags, method and time stay 0
    common.writeUInt16LE(0x21, 8); // 1 January 1980, the first day a zip can name
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, name, content]);
    const central = Buffer.alloc(16);
    central.writeUInt32LE(at, 12);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, central.subarray(2), name);
    parts.push(local);
    at += local.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(names.length, 8);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(at, 16);
  writeFileSync(file, Buffer.concat([...parts, listing, end]));
}
