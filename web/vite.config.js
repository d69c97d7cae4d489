import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

import { defineConfig } from 'vite';

const FONT = /url\(["']?data:font\/(\w+);base64,([^)"']+)["']?\)/g;
const TEXT = /\.(css|js|svg)$/;
/** What is smaller, in bytes, fits into one packet as it is. */
const WORTH_COMPRESSING = 1024;

export default defineConfig({
  base: './',
  build: {
    target: 'es2022',
    // The policy of the page allows files of this server and no data: addresses.
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

// "use client" means something to a server that renders; there is none.
function withoutDirectives(warning, warn) {
  if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
}

// GraphiQL's stylesheet has its fonts inside. As files they are loaded when a character needs them,
// and the page's policy need not allow fonts from data: addresses.
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

// Beside each text of some length: the same in brotli and gzip, which the server sends as they are.
function compressed() {
  const brotli = promisify(brotliCompress);
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
          const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
          await writeFile(`${path}.br`, await brotli(plain, quality));
          await writeFile(`${path}.gz`, await zip(plain, { level: 9 }));
        }),
      );
    },
  };
}
