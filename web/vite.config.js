import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import { defineConfig } from 'vite';

const FONT = /url\(["']?data:font\/(\w+);base64,([^)"']+)["']?\)/g;
const TEXT = /\.(css|js|svg)$/;
/** The minimum size of compressed files in bytes; smaller files fit into one packet. */
const WORTH_COMPRESSING = 1024;

export default defineConfig({
  base: './',
  build: {
    target: 'es2022',
    // The content security policy of the page does not allow data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 5000,
    reportCompressedSize: false,
    license: { fileName: 'licenses.md' },
    rolldownOptions: { onwarn: withoutDirectives },
  },
  worker: { format: 'es' },
  plugins: [fontsAsFiles(), compressed()],
});

// The "use client" directive only matters for server-side rendering.
function withoutDirectives(warning, warn) {
  if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
}

// The stylesheet of GraphiQL embeds its fonts. As separate files they are loaded on demand, and the content
// security policy does not have to allow data: URLs.
function fontsAsFiles() {
  return {
    name: 'fonts-as-files',
    generateBundle(_, bundle) {
      for (const sheet of Object.values(bundle).filter(({ fileName }) => fileName.endsWith('.css'))) {
        sheet.source = String(sheet.source).replace(FONT, (_, kind, base64) => {
          const source = Buffer.from(base64, 'base64');
          const font = this.emitFile({ type: 'asset', name: `font.${kind}`, source });
          return `url(${this.getFileName(font).replace('assets/', './')})`;
        });
      }
    },
  };
}

// Writes gzip versions of larger text files, which the server sends without compressing them. One form of each: a
// second one would be a tenth of the binary.
function compressed() {
  const zip = promisify(gzip);
  return {
    name: 'compressed',
    async writeBundle({ dir }, bundle) {
      const texts = Object.keys(bundle).filter((name) => TEXT.test(name));
      await Promise.all(
        texts.map(async (name) => {
          const path = join(dir, name);
          const plain = await readFile(path);
          if (plain.length < WORTH_COMPRESSING) return;
          await writeFile(`${path}.gz`, await zip(plain, { level: 9 }));
        }),
      );
    },
  };
}
