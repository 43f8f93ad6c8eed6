// Write NAME.d.ts for each NAME.yaml of this folder, as `openapi-typescript NAME.yaml` does.
import {readdirSync, writeFileSync} from 'node:fs'
import openapiTS, {astToString} from 'openapi-typescript'

const here = new URL('./', import.meta.url)
for (const file of readdirSync(here).filter(name => name.endsWith('.yaml'))) {
  const types = astToString(await openapiTS(new URL(file, here)))
  writeFileSync(new URL(file.replace('.yaml', '.d.ts'), here), types)
}
