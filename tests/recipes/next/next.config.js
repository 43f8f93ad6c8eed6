const mock = `http://localhost:${process.env.MOCKSERVER_PORT ?? 4011}`

export default {
  // The mock sends `/__admin` on to `/__admin/`; Next.js would send it back.
  skipTrailingSlashRedirect: true,
  // Pages and routes of the app come first: an `/api/…` of its own stays its own.
  rewrites: async () => [{
    source: '/:path((?:conversations|auth|api|json|__admin)(?:[./].*)?)',
    destination: `${mock}/:path`,
  }],
}
