import proxy from './proxy.conf.mjs'

export default {
  mode: 'development',
  devServer: {port: Number(process.env.PORT ?? 8080), proxy},
}
