// webpack's `devServer.proxy`, and Angular's `proxyConfig` as it is.
export default [{
  context: ['/conversations', '/auth', '/api', '/json', '/__admin'],
  target: `http://localhost:${process.env.MOCKSERVER_PORT ?? 4011}`,
}]
