import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** While developing the page: where the API of a running server is. */
const api = 'http://127.0.0.1:8080'

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // The map library alone is larger than Vite's default; test/e2e/page-size.test.ts guards the rest.
    chunkSizeWarningLimit: 1_200,
    // zod is told not to try eval before any schema is made: so what tells it must stand in zod's own chunk.
    rolldownOptions: {
      // A contract only says what answers look like: what a page does not ask for it does not load.
      treeshake: { moduleSideEffects: [{ test: /\/src\/serve\/contract\//, sideEffects: false }] },
      output: {
        codeSplitting: {
          groups: [
            { name: 'zod', test: /node_modules\/zod\/|app\/no-eval/ },
            // Two maps share it.
            { name: 'maplibre', test: /node_modules\/maplibre-gl\/.*\.m?js$/ },
          ],
        },
      },
    },
  },
  server: { proxy: { '/v1': api, '/openapi.json': api } },
})
