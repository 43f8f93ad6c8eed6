import express from 'express'
import {createProxyMiddleware} from 'http-proxy-middleware'

const port = Number(process.env.PORT ?? 3000)

express()
  .use(createProxyMiddleware({
    pathFilter: ['/conversations', '/auth', '/api', '/json', '/__admin'],
    target: `http://localhost:${process.env.MOCKSERVER_PORT ?? 4011}`,
  }))
  .use(express.static('public'))
  .listen(port, 'localhost', () => console.log(`listening on http://localhost:${port}`))
