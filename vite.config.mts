import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import vue from '@vitejs/plugin-vue';
import Components from 'unplugin-vue-components/vite';
import { ElementPlusResolver, VantResolver } from 'unplugin-vue-components/resolvers';
import { defineConfig, type Plugin } from 'vite';

const root = resolve(import.meta.dirname, 'src/web');
const server = process.env['DEV_SERVER'] ?? 'http://127.0.0.1:3000';

/**
 * Library CSS goes into a cascade layer, so that our tokens and parts win whatever loads first.
 * The order of layers is said in every file, for the same reason.
 */
function layerLibraryCss(): Plugin {
  return {
    name: 'layer-library-css',
    enforce: 'pre',
    transform(code, id) {
      if (!/node_modules\/(element-plus|vant)\/.*\.css($|\?)/.test(id)) return null;
      return {
        code: `@layer reset, library; @layer library {${code.replace(/@charset[^;]*;/, '')}}`,
        map: null,
      };
    },
  };
}

/** In development the addresses are the server's: deep links open their page. */
function servePages(): Plugin {
  return {
    name: 'serve-pages',
    configureServer(vite) {
      vite.middlewares.use((request, _response, next) => {
        const path = (request.url ?? '').split('?')[0] ?? '';
        const isPage = (request.headers.accept ?? '').includes('text/html');
        if (isPage && path.startsWith('/console')) request.url = '/console/index.html';
        if (isPage && path.startsWith('/sandbox')) request.url = '/phone/index.html';
        const isFramed = request.headers['sec-fetch-dest'] === 'iframe';
        if (isPage && path.startsWith('/sidebar'))
          request.url = isFramed ? '/phone/framed/index.html' : '/sidebar/index.html';
        next();
      });
    },
  };
}

const pages = ['console', 'phone', 'phone/framed', 'sidebar'].map((page) =>
  resolve(root, page, 'index.html'),
);

export default defineConfig({
  root,
  base: '/',
  cacheDir: resolve(import.meta.dirname, 'node_modules/.vite'),
  plugins: [
    vue(),
    Components({
      dirs: [],
      dts: false,
      resolvers: [ElementPlusResolver({ importStyle: 'css' }), VantResolver()],
    }),
    layerLibraryCss(),
    servePages(),
  ],
  server: {
    proxy: {
      '/api': { target: server },
      '/sandbox/api': { target: server },
    },
  },
  build: {
    outDir: resolve(import.meta.dirname, 'dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // The policy of the server allows no data: fonts and no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rollupOptions: { input: pages.filter((page) => existsSync(resolve(page, '../main.ts'))) },
  },
});
