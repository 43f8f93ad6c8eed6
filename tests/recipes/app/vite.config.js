import {defineConfig} from 'vite'

const mock = `http://localhost:${process.env.MOCKSERVER_PORT ?? 4011}`

export default defineConfig({
  server: {
    port: Number(process.env.PORT ?? 5173),
    strictPort: true,
    // The mock's paths only: the app's own stay with Vite. `/api` and `/json` are what
    // @servicestack/client asks for. Cookies pass, for to the browser it is all one site.
    proxy: {'^/(conversations|auth|api|json|__admin)([./?]|$)': mock},
  },
})
